"""What /verify/ is told of a licence: how it stands today, by identifier, number or the digest of its file."""

from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.kernel.common import clock
from kapok.support.licences.models import Licence, StatusEntry
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.rules.words import STATES
from kapok.support.seals.public import BusinessStatus, FileFacts

TONES = {"valid": "good"} | dict.fromkeys(("ahead", "pending", "suspended", "expired", "changed"), "attention")


def business_status(facts: FileFacts) -> BusinessStatus | None:
    """The licence's own word, public: its name, number, issuer and state; nothing of the holder. None for what is no licence of ours."""
    row, same = _found(facts)
    if row is None:
        return None
    known = facts_of_licence(row)
    newest = Licence.objects.filter(lineage=row.lineage).order_by("-version").values_list("version", flat=True).first()
    last = StatusEntry.objects.filter(licence=row).order_by("-sequence").first()
    state = "ahead" if known.ahead else known.state
    until = f"{known.valid_to:%Y-%m-%d}" if known.valid_to else ""
    says = {
        "pending": _("证照已签发，正在签章，尚不能使用。"),
        "valid": _("现行有效。"),
        "ahead": _("证照的有效期还没有开始，现在不能使用。"),
        "suspended": _("证照已被暂扣，暂扣期间不能使用。"),
        "expired": _("证照已于 %(until)s 过期。") % {"until": until},
        "changed": _("证照已有新版本（第 %(n)s 版），本版不再使用。") % {"n": newest},
        "cancelled": _("证照已注销。"),
        "withdrawn": _("证照已被撤销。"),
        "revoked": _("证照已被吊销。"),
        "transferred": _("证照已转出。"),
    }[state]
    if same is False:
        says += _("文件与留存的签章文件不是同一份。")
    lines = [
        (_("版本"), f"{row.version:03d}"),
        (_("颁发日期"), f"{clock.local(row.issued_at):%Y-%m-%d}"),
        (_("有效期至"), until or _("长期")),
    ]
    return BusinessStatus(
        kind="licence",
        name=row.name,
        number=row.number,
        status=known.state,
        says=says,
        tone="attention" if same is False and state == Licence.VALID else TONES.get(state, "bad"),
        issuer=row.issuer_name,
        since=last.at if last else None,
        same_file=same,
        facts=tuple(lines),
        word=_("尚未生效") if known.ahead else str(STATES[state]),
    )


def _found(facts: FileFacts) -> tuple[Licence | None, bool | None]:
    """The licence, and whether these bytes are the ones on record (None where no file was given)."""
    rows = Licence.objects.defer("sealed")
    if facts.digest_sm3:
        row = rows.filter(Q(digest=facts.digest_sm3) | Q(pdf_digest=facts.digest_sm3)).first()
        if row is not None:
            return row, True
    identifier = facts.custom.get("ZZBS") or facts.identifier
    row = rows.filter(identifier=identifier).first() if identifier else None
    if row is None and facts.identifier and not facts.custom:
        row = rows.filter(number=facts.identifier).order_by("-id").first()
    if row is None:
        return None, None
    return row, False if facts.digest_sm3 else None
