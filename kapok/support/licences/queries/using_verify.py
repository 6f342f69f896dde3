"""What the public page of verification is told of copies (加注件) and of printed codes: whose word stands behind them, and until when."""

from django.utils.translation import gettext as _

from kapok.kernel.common import clock
from kapok.support.licences.models import Copy, Licence
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.rules.using_offline import PREFIX, Unreadable, read_qr
from kapok.support.seals.public import BusinessStatus, FileFacts

MARK = "JZJYXQJZSJ"


def copy_status(asked: FileFacts) -> BusinessStatus | None:
    """How a copy stands today, found by its bytes; a printed code leads to the licence it names. None for what is neither."""
    if asked.identifier.startswith(PREFIX):
        return _of_code(asked.identifier)
    if MARK not in asked.custom and not asked.digest_sm3:
        return None
    row = (
        Copy.objects.select_related("licence").defer("licence__sealed").filter(digest=asked.digest_sm3).first()
        if asked.digest_sm3
        else None
    )
    return _of_copy(row) if row is not None else None


def _of_copy(row: Copy) -> BusinessStatus:
    facts, over = facts_of_licence(row.licence), clock.now() > row.until
    ended = _said("ahead" if facts.ahead else facts.state) if not facts.usable else ""
    day = f"{clock.local(row.until):%Y-%m-%d}"
    word = _("已过期") if over else _("原证照%s") % ended if ended else _("有效")
    says = (
        _("这份加注件的有效期已过，不能再使用。请持证人重新提供。") if over
        else _("这份加注件还在有效期内，但原证照现在是“%s”，不能再使用。") % ended if ended
        else _("这是一份加注件，只能用于写明的用途，到 %s 为止。") % day
    )  # fmt: skip
    return BusinessStatus(
        kind="licence_copy", name=f"{facts.name}（{_('加注件')}）", number=facts.number,
        status="expired" if over else facts.state if ended else "valid", word=word, says=says, tone="bad" if over or ended else "good",
        issuer=facts.issuer_name, since=row.made_at, same_file=True,
        facts=((_("提供给"), row.for_whom), (_("用途"), row.purpose), (_("有效至"), day)),
    )  # fmt: skip


def _of_code(text: str) -> BusinessStatus | None:
    try:
        said, *_rest = read_qr(text)
    except Unreadable:
        return None
    row = Licence.objects.filter(identifier=said.identifier).defer("sealed").first()
    if row is None:
        return None
    facts = facts_of_licence(row)
    state = _said("ahead" if facts.ahead else facts.state)
    says = _("证照现行有效。请与纸面内容核对。") if facts.usable else _("证照现在是“%s”，不能使用。") % state
    same = (said.name, said.holder, said.valid_to) == (facts.name, facts.holder_name, facts.valid_to)
    if not same:
        state, says = _("与登记不符"), _("二维码写的名称、持证人或有效期与登记的不一致，可能被改动过，请不要采信。")
    return BusinessStatus(
        kind="licence", name=facts.name, number=facts.number, status=facts.state if same else "differs", word=state, says=says,
        tone="good" if facts.usable and same else "bad", issuer=facts.issuer_name,
    )  # fmt: skip


def _said(state: str) -> str:
    return {
        "ahead": _("尚未生效"), "pending": _("制证中"), "valid": _("有效"), "expired": _("已过期"), "suspended": _("已暂扣"),
        "changed": _("已换新"), "cancelled": _("已注销"), "withdrawn": _("已撤销"), "revoked": _("已吊销"), "transferred": _("已转出"),
    }.get(state, state)  # fmt: skip
