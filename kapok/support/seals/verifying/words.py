"""What each outcome of a step means in plain words. One code is one cause: what was found, what it means, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kapok.support.seals.verifying.data import STEPS, Outcome, Step, Verdict, Warned


@dataclass(frozen=True)
class Saying:
    """The three sentences of one code; `{name}` is filled from the step's data."""

    says: Any
    means: Any = ""
    todo: Any = ""


titles: dict[str, Any] = {
    "references": _("文件内容是否被改动"),
    "data_hash": _("签章所指的内容是否一致"),
    "signature": _("签名值是否正确"),
    "cert_list": _("签名人是否有权用这枚印章"),
    "seal_signature": _("印章本身是否真实"),
    "maker_certificate": _("制章者的证书"),
    "chains": _("证书是否来自可信机构"),
    "validity": _("签章时印章和证书是否有效"),
    "revocation": _("签章时证书是否已被撤销"),
    "timestamp": _("签章时间有无可信证明"),
}

_ASK_AGAIN = _("不要使用这份文件，请向出具单位重新索取原件。")
_ASK_ISSUER = _("请向出具单位核实，或请其重新签章。")
_NOTHING = ""

sayings: dict[str, Saying] = {
    # 1
    "references.ok": Saying(_("受保护的 {count} 个部件与签章时完全一致。"), _("签章后没有人改动过文件内容。")),
    "references.extended": Saying(
        _("受保护的内容与签章时一致；之后只追加了签章{later}。"), _("后来的签章没有改动原有内容，本签章仍然有效。")
    ),
    "references.changed": Saying(_("签章后被改动的部件：{files}。"), _("文件现在的内容不是签章单位当时确认的内容。"), _ASK_AGAIN),
    "references.missing": Saying(_("签章后被删除的部件：{files}。"), _("文件缺少签章时确认过的内容。"), _ASK_AGAIN),
    "references.uncovered": Saying(
        _("不受签章保护的内容：{files}。"), _("签名值可能正确，但这些内容（{where}）没有经过签章确认，可能是事后加入的。"), _ASK_AGAIN
    ),
    "references.weak": Saying(
        _("部件的摘要一致，但使用了不安全的摘要算法 {method}。"), _("这种算法可以被伪造，不能据此断定内容未被改动。"), _ASK_ISSUER
    ),
    "references.method": Saying(_("不认识的摘要算法：{method}。"), _("无法核对文件内容。"), _ASK_ISSUER),
    "references.none": Saying(_("签章没有保护任何部件。"), _("这枚签章与文件内容没有关系，不能证明任何事情。"), _ASK_AGAIN),
    "references.unreadable": Saying(_("签章的描述文件读不出来（{why}）。"), _("无法知道签章保护了哪些内容。"), _ASK_AGAIN),
    # 2
    "data_hash.ok": Saying(_("签章所指的摘要与文件中的签章描述一致。"), _("签章正是为这份文件作出的。")),
    "data_hash.ok_z": Saying(
        _("签章所指的摘要一致（按含签名人标识 Z 的算法）。"), _("个别厂商的算法与标准不同，但结果可以核对，签章正是为这份文件作出的。")
    ),
    "data_hash.changed": Saying(
        _("签章所指的摘要与文件中的签章描述不一致。"), _("签章描述被改动过，或者这枚签章是从另一份文件上移过来的。"), _ASK_AGAIN
    ),
    "data_hash.weak": Saying(_("签名使用了不安全的摘要算法 {digest}。"), _("这种算法可以被伪造，不能据此断定内容未被改动。")),
    # 3
    "signature.ok": Saying(_("签名值正确（{algorithm}）。"), _("签名确由证书持有人“{signer}”作出，签名后没有改动。")),
    "signature.wrong": Saying(_("签名值不正确。"), _("签章数据被改动过，或者不是证书持有人作出的。"), _ASK_AGAIN),
    "signature.other_certificate": Saying(_("签名中指定的证书与所附证书不是同一张。"), _("签名人的证书被换过。"), _ASK_AGAIN),
    "signature.unreadable": Saying(_("签名数据读不出来（{why}）。"), _("签章数据已损坏或被改动。"), _ASK_AGAIN),
    "signature.missing": Saying(_("找不到签名数据。"), _("签章不完整。"), _ASK_AGAIN),
    "signature.algorithm": Saying(_("不认识的签名算法 {algorithm}。"), _("无法判断签名是否正确。"), _ASK_ISSUER),
    # 4
    "cert_list.ok": Saying(_("签名证书在印章的用章证书名单中（按证书全文）。"), _("签名人有权使用这枚印章。")),
    "cert_list.ok_digest": Saying(_("签名证书在印章的用章证书名单中（按证书摘要）。"), _("签名人有权使用这枚印章。")),
    "cert_list.ok_digest_z": Saying(
        _("签名证书在印章的用章证书名单中（按含 Z 的证书摘要）。"), _("摘要算法与标准不同，但可以核对，签名人有权使用这枚印章。")
    ),
    "cert_list.absent": Saying(
        _("签名证书不在印章的用章证书名单中。"), _("签名的人没有被授权使用这枚印章，或者签名证书被换过。"), _ASK_AGAIN
    ),
    "cert_list.no_seal": Saying(_("这是数字签名，不带印章，不需要这一步。")),
    # 5
    "seal_signature.ok": Saying(_("制章者对印章的签名正确。"), _("印章的图案、名称和名单与制作时一致。")),
    "seal_signature.wrong": Saying(_("制章者对印章的签名不正确。"), _("印章数据被改动过，或者是伪造的印章。"), _ASK_AGAIN),
    "seal_signature.differs": Saying(_("文件中单独存放的印章与签名中的印章不是同一枚。"), _("页面上显示的印章可能被换过。"), _ASK_AGAIN),
    "seal_signature.algorithm": Saying(_("印章使用了不认识的签名算法 {algorithm}。"), _("无法判断印章是否真实。"), _ASK_ISSUER),
    "seal_signature.no_seal": Saying(_("这是数字签名，不带印章，不需要这一步。")),
    # 6
    "maker_certificate.ok": Saying(_("制章者“{maker}”的证书在制章时有效，可以用于签名。"), _("印章由当时有资格的机构制作。")),
    "maker_certificate.not_then": Saying(
        _("制章者“{maker}”的证书在制章时（{made_at}）不在有效期内。"), _("制章者当时没有有效的证书，印章不可信。"), _ASK_ISSUER
    ),
    "maker_certificate.usage": Saying(_("制章者“{maker}”的证书不能用于签名。"), _("这张证书没有被授权制作印章。"), _ASK_ISSUER),
    "maker_certificate.unreadable": Saying(_("制章者的证书读不出来（{why}）。"), _("无法知道印章由谁制作。"), _ASK_AGAIN),
    "maker_certificate.no_seal": Saying(_("这是数字签名，不带印章，不需要这一步。")),
    # 7
    "chains.ok": Saying(_("证书由本节点信任的机构“{root}”签发。"), _("签名人的身份由可信机构确认。")),
    "chains.untrusted": Saying(
        _("证书来自本节点没有登记的机构（{root}）。"),
        _("签章数据本身可能完全正确，只是本节点不能确认签名人是谁。"),
        _("请用出具单位指定的验证平台核验，或请管理人员登记其根证书。"),
    ),
    "chains.broken": Saying(_("“{whose}”的证书未通过验证：{why}。"), _("证书被改动过，或者签发它的机构没有这个权力。"), _ASK_AGAIN),
    "chains.unreadable": Saying(_("签名人的证书读不出来（{why}）。"), _("无法知道是谁签的名。"), _ASK_AGAIN),
    # 8
    "validity.ok": Saying(_("签章时（{signed_at}，有可信时间证明）印章和证书都在有效期内。"), _("签章是在有权期间作出的。")),
    "validity.ok_claimed": Saying(
        _("按文件所称的时间（{signed_at}），印章和证书都在有效期内，现在也仍在有效期内。"), _("签章是在有权期间作出的。")
    ),
    "validity.unproven": Saying(
        _("印章或证书（{what}）现已过期；文件称签章于 {signed_at}，但没有可信的时间证明。"),
        _("可能是有效期内签的，也可能是过期以后签的，无法断定。"),
        _ASK_ISSUER,
    ),
    "validity.seal_outside": Saying(
        _("签章时（{signed_at}）印章不在有效期内（{valid_from} 至 {valid_to}）。"), _("印章当时还没有生效或已经失效。"), _ASK_AGAIN
    ),
    "validity.certificate_outside": Saying(
        _("签章时（{signed_at}）签名证书不在有效期内（{valid_from} 至 {valid_to}）。"), _("签名人当时没有有效的证书。"), _ASK_AGAIN
    ),
    "validity.future": Saying(_("文件所称的签章时间 {signed_at} 还没有到。"), _("签章时间是假的，或者签章的计算机时钟有误。"), _ASK_ISSUER),
    "validity.contradicts": Saying(
        _("文件所称的签章时间 {signed_at} 晚于可信时间 {proven_at}。"), _("签章时间是假的，或者时间证明不属于这次签章。"), _ASK_ISSUER
    ),
    "validity.no_time": Saying(_("签章没有写明时间。"), _("无法判断签章时印章和证书是否有效。"), _ASK_ISSUER),
    # 9
    "revocation.good": Saying(_("证书没有被撤销（依据：{source}）。"), _("签名人的证书一直有效。")),
    "revocation.later": Saying(_("证书在 {revoked_at} 被撤销，晚于可信的签章时间 {signed_at}。"), _("撤销以前作出的签章仍然有效。")),
    "revocation.before": Saying(
        _("“{whose}”的证书在 {revoked_at} 已被撤销，签章在那以后（{signed_at}）。"), _("签章时证书已经作废，签章无效。"), _ASK_AGAIN
    ),
    "revocation.unproven": Saying(
        _("“{whose}”的证书在 {revoked_at} 被撤销；文件称签章于 {signed_at}，但没有可信的时间证明。"),
        _("可能是撤销以前签的，也可能是撤销以后签的，无法断定。"),
        _ASK_ISSUER,
    ),
    "revocation.no_data": Saying(
        _("没有“{whose}”的证书的撤销信息。"), _("无法知道签章时证书是否已被撤销。"), _("请稍后再验，或用出具单位指定的验证平台核验。")
    ),
    "revocation.untrusted": Saying(_("证书来自没有登记的机构，无法查询撤销信息。"), _("先要确认签发机构，才能查询撤销信息。")),
    # 10
    "timestamp.ok": Saying(_("时间戳由“{authority}”于 {proven_at} 签发，与签名一致。"), _("签章在那个时间以前已经作出。")),
    "timestamp.absent": Saying(
        _("没有时间戳。"), _("只有文件自己所称的签章时间。证书有效期间不影响结论；证书过期或撤销以后就无法证明签章时间。")
    ),
    "timestamp.wrong": Saying(_("时间戳与签名不一致（{why}）。"), _("时间戳被改动过，或者是从别处移过来的。"), _ASK_AGAIN),
    "timestamp.untrusted": Saying(
        _("时间戳来自本节点没有登记的机构（{authority}）。"), _("这个时间不能作为证明，只能按文件自己所称的时间判断。"), _NOTHING
    ),
    "timestamp.leaked": Saying(
        _("签发时间戳的机构（{authority}）后来泄露了密钥。"), _("这个时间不能作为证明，只能按文件自己所称的时间判断。"), _NOTHING
    ),
    "timestamp.beside": Saying(
        _("时间戳由“{authority}”签发，但没有盖在签名上。"), _("签名可能比时间戳晚，只能按所称的时间判断。"), _NOTHING
    ),
    "timestamp.unreadable": Saying(_("时间戳读不出来（{why}）。"), _("时间戳已损坏或被改动。"), _ASK_AGAIN),
    # any step whose input is missing
    "step.not_possible": Saying(_("前面的数据读不出来，这一步无法进行。"), _("见上面未通过的步骤。")),
    "step.failed": Saying(_("这一步没有得出结果（{why}）。"), _("无法判断。"), _ASK_ISSUER),
}

verdict_says: dict[Verdict, Saying] = {
    Verdict.VALID: Saying(pgettext_lazy("verdict", "有效"), _("签章真实，文件自签章以来没有改动。"), _("可以使用这份文件。")),
    Verdict.EXTENDED: Saying(
        pgettext_lazy("verdict", "有效，但已追加"),
        _("签章真实；签章后文件只追加了别的签章，原有内容没有改动。"),
        _("可以使用；请一并查看后来追加的签章。"),
    ),
    Verdict.INVALID: Saying(pgettext_lazy("verdict", "无效"), _("文件或签章有问题，不能相信。"), _ASK_AGAIN),
    Verdict.UNDETERMINED: Saying(
        pgettext_lazy("verdict", "不确定"),
        _("没有发现被改动，但缺少证据，不能断定有效。"),
        _("请看下面没有得出结果的步骤，并向出具单位核实。"),
    ),
    Verdict.UNTRUSTED: Saying(
        pgettext_lazy("verdict", "不受信任"),
        _("签章数据没有发现问题，但签发证书的机构不在本节点的信任名单中。"),
        _("请用出具单位指定的验证平台核验。"),
    ),
}

warned: dict[str, Any] = {
    "ses.trailing_bytes": _("印章数据末尾有多余的字节，未受签名保护。"),
    "ses.raw_signature": _("签名值是 64 字节的 r‖s，不是标准规定的 DER 编码。"),
    "ses.data_hash_z": _("签章摘要按含 Z 的算法计算，与标准不同。"),
    "ses.cert_digest_z": _("证书名单的摘要按含 Z 的算法计算，与标准不同。"),
    "ses.seal_over_whole": _("制章者的签名覆盖了印章信息、证书和算法三部分（早期标准的做法）。"),
    "ses.seal_over_info": _("制章者的签名只覆盖印章信息（与该版本标准不同）。"),
    "ses.version": _("印章的版本号为 {version}，与其结构不符。"),
    "ses.property_info": _("签名中记载的路径“{path}”与签章描述文件的位置不同。"),
    "ofd.method_name": _("摘要算法写作“{method}”，不是标准的对象标识符。"),
    "ofd.root_unprotected": _("OFD.xml 不受签章保护：文件标题等描述信息可能被改动，正文不受影响。"),
    "ofd.list_protected": _("签章把签章列表也列为受保护部件，因此再盖章必然改变它。"),
    "ofd.seal_missing": _("没有单独存放的印章文件。"),
    "ofd.also_pdf": _("文件开头还藏有 PDF 的标记：有的软件会把它当作 PDF 打开，显示的内容不在本报告之内。"),
    "ofd.stray": _("文件中有不属于文档的部件：{files}。"),
    "ofd.signature_entry": _("签章列表中的一项读不出来：{path}。"),
    "ses.critical": _("印章或签章带有标为关键的扩展（{oids}），本节点不认识，没有据此判断。"),
    "ses.made_before": _("印章所称的制作日期早于制章者证书的生效时间，按其证书生效以后、签章以前制作判断。"),
    "cms.bare": _("签名数据缺少最外层的类型说明。"),
    "report.no_signature": _("文件中没有签章，也没有数字签名。"),
    "report.copy_expired": _("加注件有效期已过（截至 {until}），不能再使用。请持证人重新出示。"),
}


def step(key: str, code: str, outcome: Outcome, at: datetime, *, took_ms: float = 0.0, **data: Any) -> Step:
    """A step in the reader's language."""
    saying = sayings.get(code) or sayings[f"{key}.{code}"]
    name = code if code in sayings else f"{key}.{code}"
    words = {part: _filled(getattr(saying, part), data) for part in ("says", "means", "todo")}
    return Step(
        key=key, number=STEPS.index(key) + 1, outcome=outcome, code=name, at=at, data=data, took_ms=took_ms, title=str(titles[key]), **words
    )  # fmt: skip


def warning(code: str, **data: Any) -> Warned:
    """A named oddity in the reader's language."""
    return Warned(code, _filled(warned[code], data), data)


def _filled(text: Any, data: Mapping[str, Any]) -> str:
    shown = {name: _shown(value) for name, value in data.items()}
    return str(text).format_map(_Gaps(shown))


class _Gaps(dict[str, str]):
    """A value that is not known leaves a dash, never a crash."""

    def __missing__(self, key: str) -> str:
        return "—"


def _shown(value: Any) -> str:
    from kapok.kernel.common import clock

    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (list, tuple)):
        few = [str(each) for each in value[:6]]
        more = gettext("等 {count} 项").format(count=len(value)) if len(value) > 6 else ""
        return gettext("、").join(few) + more
    return str(value)
