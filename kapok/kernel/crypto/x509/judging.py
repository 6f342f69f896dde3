"""The rules along one chain whose signatures are right: dates, issuers, depth, usage, names, policies, critical extensions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common import clock
from kapok.kernel.crypto.x509 import names
from kapok.kernel.crypto.x509.extensions import ANY_POLICY
from kapok.kernel.crypto.x509.facts import CertificateFacts
from kapok.kernel.crypto.x509.keys import WEAK

SAYS: dict[str, Any] = {
    "x509.unreadable": _("证书格式有误，无法读取。"),
    "x509.signature": _("证书签名与其所称的签发机构不符，证书被改动或系伪造。"),
    "x509.foreign_root": _("证书由本节点未信任的根证书签发。"),
    "x509.issuer_unknown": _("找不到签发该证书的上级证书“{issuer}”。"),
    "x509.loop": _("证书链成环，没有到达任何根证书。"),
    "x509.too_deep": _("证书链过长。"),
    "x509.too_many_paths": _("候选证书过多，已停止查找。"),
    "x509.not_yet_valid": _("证书在该时间尚未生效（{valid_from} 起）。"),
    "x509.expired": _("证书在该时间已过期（{valid_to} 止）。"),
    "x509.not_a_ca": _("上级证书不是签发机构证书，无权签发。"),
    "x509.no_cert_sign": _("上级证书的密钥用途不含签发证书。"),
    "x509.too_many_below": _("上级证书不允许其下再有这么多级签发机构。"),
    "x509.wrong_usage": _("证书的密钥用途不适用于此处（应为{purpose}）。"),
    "x509.critical_extension": _("证书含有本节点不识别的关键扩展（{oid}）。"),
    "x509.name_not_permitted": _("证书持有者名称超出上级机构的签发范围。"),
    "x509.policy": _("证书链不满足所要求的证书策略。"),
    "x509.weak_algorithm": _("证书使用了已不安全的签名算法（{algorithm}）。"),
    "x509.algorithm_mismatch": _("证书内外标注的签名算法不一致。"),
    "x509.odd_serial": _("证书序列号不合规范。"),
    "x509.short_key": _("证书的 RSA 密钥过短。"),
}
"""What each fault says to a person."""


@dataclass(frozen=True)
class Fault:
    """One rule broken: which (`code`), by which certificate (name, and its place counted from the leaf)."""

    code: str
    subject: str
    place: int
    data: dict[str, Any] = field(default_factory=dict, hash=False)

    def message(self) -> str:
        return str(SAYS[self.code]).format(**{name: _shown(value) for name, value in self.data.items()})


def _shown(value: Any) -> Any:
    """Moments as the province's clocks show them."""
    return f"{clock.local(value):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Purpose:
    """What a leaf must be allowed to do: one of `usages` (where the extension is there) and, `strictly`, the extended usage.

    `never`: extended usages that say it is for something else, when it has no others; `barred`: those that say so in any company.
    """

    says: Any
    usages: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    strictly: bool = False
    never: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


_SIGNING = ("digital_signature", "content_commitment")
_NO_PAPERS = ("server_auth", "code_signing", "time_stamping", "ocsp_signing")

PURPOSES: dict[str, Purpose] = {
    "any": Purpose(_("任意用途")),
    "sign": Purpose(_("数字签名"), _SIGNING, never=_NO_PAPERS),
    "seal": Purpose(_("电子签章"), _SIGNING, never=_NO_PAPERS),
    "seal_maker": Purpose(_("制作电子印章"), _SIGNING, never=_NO_PAPERS, barred=("document_signing",)),
    "encrypt": Purpose(_("加密"), ("key_encipherment", "data_encipherment", "key_agreement")),
    "timestamp": Purpose(_("时间戳"), _SIGNING, ("time_stamping",), strictly=True),
    "ocsp": Purpose(_("证书状态答复"), _SIGNING, ("ocsp_signing",), strictly=True),
    "server": Purpose(_("服务器身份"), ("digital_signature", "key_encipherment", "key_agreement"), ("server_auth",)),
    "client": Purpose(_("客户端身份"), ("digital_signature", "key_agreement"), ("client_auth",)),
    "issuer": Purpose(_("签发证书"), ("key_cert_sign",)),
    "crl": Purpose(_("签发吊销列表"), ("crl_sign",)),
    "node": Purpose(_("节点签名"), _SIGNING, ("client_auth", "server_auth")),
    "oidc": Purpose(_("登录凭证签名"), _SIGNING),
}
PURPOSES |= {
    "person": PURPOSES["seal"],
    "pdf_seal": PURPOSES["seal"],
    "pdf_person": PURPOSES["seal"],
    "pdf_timestamp": PURPOSES["timestamp"],
}


def fault(code: str, subject_der: bytes, place: int, **data: Any) -> Fault:
    try:
        subject = names.shown(names.read_name(subject_der)) if subject_der else ""
    except ValueError:
        subject = ""
    return Fault(code, subject, place, data)


def chain_faults(
    chain: Sequence[CertificateFacts], at: datetime, purpose: str, policies: Sequence[str], rooted: bool = True
) -> list[Fault]:
    """Everything wrong along a chain from the leaf upwards; `rooted` says that its last certificate is a trusted root."""
    found: list[Fault] = []
    for place, each in enumerate(chain):
        found += _own_faults(each, place, at, trusted=rooted and place == len(chain) - 1)
        if place:
            found += _issuer_faults(chain, place, trusted=rooted and place == len(chain) - 1)
    found += _purpose_faults(chain[0], purpose)
    found += _name_faults(chain)
    if not _policies_hold(chain[:-1] if rooted and len(chain) > 1 else chain, policies):
        found.append(fault("x509.policy", chain[0].subject_der, 0))
    return found


def _own_faults(each: CertificateFacts, place: int, at: datetime, trusted: bool) -> list[Fault]:
    found = []
    if at < each.valid_from:
        found.append(fault("x509.not_yet_valid", each.subject_der, place, valid_from=each.valid_from))
    if at > each.valid_to:
        found.append(fault("x509.expired", each.subject_der, place, valid_to=each.valid_to))
    if not trusted:
        if each.outer_oid in WEAK or each.signature_oid in WEAK:
            found.append(fault("x509.weak_algorithm", each.subject_der, place, algorithm=WEAK.get(each.outer_oid, "")))
        if each.outer_oid != each.signature_oid:
            found.append(fault("x509.algorithm_mismatch", each.subject_der, place))
    limits = each.name_limits
    unknown = [*each.unknown_critical, *(["2.5.29.30"] if limits is not None and limits.others else [])]
    return found + [fault("x509.critical_extension", each.subject_der, place, oid=oid) for oid in unknown]


def _issuer_faults(chain: Sequence[CertificateFacts], place: int, trusted: bool) -> list[Fault]:
    """What keeps the certificate at `place` from having issued the one below it; an old root (v1) could not say that it may."""
    issuer, found = chain[place], []
    if not (trusted if issuer.version < 3 else issuer.is_ca):
        found.append(fault("x509.not_a_ca", issuer.subject_der, place))
    if issuer.usages is not None and "key_cert_sign" not in issuer.usages:
        found.append(fault("x509.no_cert_sign", issuer.subject_der, place))
    depth = issuer.constraints.depth
    if depth is not None and sum(1 for below in chain[1:place] if not below.self_issued) > depth:
        found.append(fault("x509.too_many_below", issuer.subject_der, place))
    return found


def _purpose_faults(leaf: CertificateFacts, purpose: str) -> list[Fault]:
    asked = PURPOSES[purpose]
    wrong = bool(asked.usages) and leaf.usages is not None and not leaf.usages & set(asked.usages)
    extended = leaf.extended
    if extended:
        wrong |= extended <= {*asked.never} or bool(extended & {*asked.barred})
    if asked.extended:
        wrong |= asked.strictly if extended is None else not extended & {*asked.extended, *(() if asked.strictly else ("any",))}
    return [fault("x509.wrong_usage", leaf.subject_der, 0, purpose=asked.says)] if wrong else []


def _name_faults(chain: Sequence[CertificateFacts]) -> list[Fault]:
    """Each subject lies in the trees every issuer above permits, and in none it excludes (RFC 5280, 4.2.1.10)."""
    found = []
    for place, each in enumerate(chain):
        for above in chain[place + 1 :]:
            limits = above.name_limits
            if limits is None or (each.self_issued and place):
                continue
            outside = limits.permitted and not any(names.begins_with(each.subject_der, base) for base in limits.permitted)
            if outside or any(names.begins_with(each.subject_der, base) for base in limits.excluded):
                found.append(fault("x509.name_not_permitted", each.subject_der, place))
    return found


def _policies_hold(below_root: Sequence[CertificateFacts], wanted: Sequence[str]) -> bool:
    """Some policy holds in every certificate below the root, and is one of those wanted; asked only where somebody asks.

    Policies are not mapped: a certificate that marks mapping critical is refused as not understood.
    """
    held: set[str] | None = None
    required, any_allowed = bool(wanted), None
    for number, each in enumerate(reversed(below_root)):
        remaining = len(below_root) - number - 1
        named = set(each.policies)
        if ANY_POLICY not in named or not (any_allowed is None or any_allowed > 0 or (each.self_issued and remaining)):
            named.discard(ANY_POLICY)
            held = named if held is None else held & named
        limit = each.policy_limits.require
        required |= limit is not None and limit <= remaining
        any_allowed = min((x for x in (None if any_allowed is None else any_allowed - 1, each.inhibit_any) if x is not None), default=None)
    if not required or held is None:
        return True
    return bool(held & set(wanted)) if wanted else bool(held)
