"""加注件: every file handed out is made for one purpose, to one receiver, until a day; watermarked, and sealed by itself.

A copy begins as a row in the transaction of what it belongs to; its file is made afterwards, outside any transaction, and once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from kapok.kernel.access.public import Actor, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import sm3
from kapok.kernel.files.public import discard, store
from kapok.kernel.journal.public import action, record
from kapok.kernel.ofd import public as ofd
from kapok.support.licences.actions.using import Basis, Wish, log_use, use_licence, use_of
from kapok.support.licences.actions.using_signing import qr_payload
from kapok.support.licences.errors import CopyWaits
from kapok.support.licences.events import CopyMade
from kapok.support.licences.models import Copy, Use
from kapok.support.licences.queries.drawing import paper_of
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.queries.using import own_licence
from kapok.support.licences.rules import using as rules
from kapok.support.licences.rules.using_marks import marks
from kapok.support.seals import public as seals

DESK = "电子证照"
OWN = gettext_noop("本人留存")
MEDIA = {"ofd": "application/ofd", "pdf": "application/pdf"}


@dataclass(frozen=True)
class CopyTerms:
    """What a copy is for: purpose, receiver, the last moment it may be used; the item and case it belongs to."""

    purpose: str
    for_whom: str
    until: datetime
    item_code: str = ""
    case_number: str = ""


def check_terms(terms: CopyTerms) -> None:
    """Invalid names each field; a copy that ends before now is refused (422)."""
    faults = [
        FieldFault(name, "licences.length", f"请填写 2 至 {most} 字。")
        for name, text, most in (("purpose", terms.purpose, 200), ("for_whom", terms.for_whom, 120)) if not 2 <= len(text.strip()) <= most
    ]  # fmt: skip
    if faults:
        raise Invalid(faults)
    rules.copy_term(terms.until, now=clock.now()).or_raise()


def begin_copy(use: Use, terms: CopyTerms, media: str, holder: UUID | None = None) -> Copy:
    """The row of a copy, in the transaction of the use it belongs to. `holder`: the one who lets it go, of several."""
    check_terms(terms)
    return Copy.objects.create(
        id=uuid7(), use_id=use.id, licence_id=use.licence_id, holder=holder or use.holder, subject=use.licence.subject, media=media,
        maker=use.caller, purpose=terms.purpose.strip(), for_whom=terms.for_whom.strip(), item_code=terms.item_code,
        case_number=terms.case_number, made_at=clock.now(), until=terms.until,
    )  # fmt: skip


@action("licences.begin_own_copy")
def _begin_own(licence_id: UUID, media: str, terms: CopyTerms | None, by: Actor) -> Copy:
    row = own_licence(by, licence_id)
    facts = facts_of_licence(row)
    rules.may_be_shown(facts.usable, row.state, facts.expired).or_raise()
    if terms is None:
        terms = CopyTerms(OWN, row.holder_name, clock.now() + timedelta(days=rules.terms()["copy"]["own_days"]))
    check_terms(terms)
    wish = Wish(terms.item_code, terms.case_number, result=rules.FILE)
    ground = OWN if terms.purpose == OWN else gettext_noop("持证人制作加注件")
    use = log_use(row, rules.OWN, wish, Basis(ground), type_version(row.type_version_id), by=by)
    return begin_copy(use_of(use), terms, media, by.for_party)


def own_download(licence_id: UUID, media: str, *, by: Actor) -> Copy:
    """The holder's own download: a copy 本人留存 with a long term. One that still holds is given again."""
    kept = Copy.objects.filter(
        licence=licence_id, holder=by.for_party, media=media, purpose=OWN, until__gt=clock.now() + timedelta(days=30), file__isnull=False
    ).order_by("-id")  # fmt: skip
    found = kept.select_related("file", "licence").first()
    if found is not None and facts_of_licence(found.licence).usable:
        return found
    return finish_copy(_begin_own(licence_id, media, None, by).id)


def annotated_copy(licence_id: UUID, media: str, terms: CopyTerms, *, by: Actor) -> Copy:
    """A copy the holder makes for somebody; CopyWaits (409) while its seal cannot be put, and it is finished later."""
    return finish_copy(_begin_own(licence_id, media, terms, by).id)


@action("licences.begin_copy_of_use")
def _begin_of_use(use_id: UUID, media: str, purpose: str, until: datetime | None, by: Actor) -> Copy:
    use = use_of(use_id)
    known = Copy.objects.filter(use=use.id, media=media).first()
    if known is not None:
        return known
    until = until or clock.now() + timedelta(days=rules.terms()["copy"]["use_days"])
    terms = CopyTerms(purpose or f"办理{use.item_name or use.item_code}", use.caller, until, use.item_code, use.case_number)
    return begin_copy(use, terms, media)


def copy_of_use(use_id: UUID, media: str = "ofd", *, purpose: str = "", until: datetime | None = None, by: Actor) -> Copy:
    """The file of a use (归档文件), one for each medium however often it is asked for."""
    return finish_copy(_begin_of_use(use_id, media, purpose, until, by).id)


def use_for_file(licence: UUID, mode: str, *, item_code: str, case_number: str, media: str = "ofd", by: Actor, **said: str) -> Copy:
    """Use a licence and take its file, in one call for clerks' pages."""
    used = use_licence(licence, mode, item_code=item_code, case_number=case_number, result=rules.FILE, by=by, **said)
    return copy_of_use(used.id, media, by=by)


def copy_for_case(licence: UUID, case_number: str, media: str = "pdf", *, by: Actor) -> Copy:
    """The file of the use by which a licence was handed in with a case; the caller has checked that `by` works on it."""
    use = Use.objects.filter(licence=licence, case_number=case_number, result=rules.FILE).order_by("id").first()
    if use is None:
        raise NotHere("licences.use", id=licence)
    return copy_of_use(use.id, media, by=by)


def finish_copy(copy_id: UUID) -> Copy:
    """Make the file of a copy, once: drawn, watermarked, sealed, kept. Called outside any transaction; CopyWaits names what is missing.

    Killed or called twice, it ends in one file: the same bytes are sealed under the same request, and the row takes one file only.
    Nothing is made of a licence that is no longer in force (409), whenever its use was.
    """
    row = _copy(copy_id)
    if row.file is not None:
        return row
    facts = facts_of_licence(row.licence)
    rules.may_be_shown(facts.usable, row.licence.state, facts.expired).or_raise()
    content = _sealed(row)
    file = store(
        content, name=f"{row.licence.name} {row.licence.number}.{row.media}", media_type=MEDIA[row.media], subject=row.subject, by=None
    )
    if not _take(row, file.id, content):
        discard(file.id)
    return _copy(copy_id)


def _copy(copy_id: UUID) -> Copy:
    row = Copy.objects.select_related("file", "licence__org").filter(id=copy_id).first()
    if row is None:
        raise NotHere("licences.copy", id=copy_id)
    return row


def _sealed(row: Copy) -> bytes:
    """The copy's file with its seal. The same row makes the same bytes, so that a seal asked for twice is put once."""
    licence, type = row.licence, type_version(row.licence.type_version_id)
    if not type.layout:
        raise Refused("licences.copy_source")
    seal = seals.active_seal(licence.org_id, type.seal) or seals.active_seal(licence.org_id, "agency")
    if seal is None:
        raise _waits(row, "licences.no_seal", f"“{licence.issuer_name}”没有启用的电子印章。")
    paper = paper_of(licence, signed_at=licence.signed_at or row.made_at, qr=_code_text(row), seal=seal.name, notes=metadata_of(row))
    plain = (ofd.write_ofd if row.media == "ofd" else ofd.write_pdf)(_marked(paper.document, row))
    place = seals.StampPlace(paper.seal.page, paper.seal.x, paper.seal.y, paper.seal.width, paper.seal.height)
    request = seals.SealRequest(
        seal=seal.id, request=row.id, content=plain, media=row.media, reason=f"加注件：{row.purpose}"[:200], about_kind="licence",
        about=licence.id, case_number=row.case_number, item_code=row.item_code, purpose=licence.type_code, places=(place,),
    )  # fmt: skip
    try:
        return seals.use_seal(request, by=system_actor(DESK)).content
    except seals.SealNotReady as error:
        raise _waits(row, error.code, error.message()) from error


def _waits(row: Copy, code: str, why: str) -> CopyWaits:
    Copy.objects.filter(id=row.id, file=None).update(waits_for=code[:60])
    return CopyWaits(why=why)


def _marked(document: ofd.OfdDocument, row: Copy) -> ofd.OfdDocument:
    """The licence's own pages with the copy's watermark over them, under a title and time of its own."""
    over = [marks(page, for_whom=row.for_whom, purpose=row.purpose, made_at=row.made_at, until=row.until) for page in document.pages]
    pages = tuple(replace(page, items=(*page.items, *drawn)) for page, drawn in zip(document.pages, over, strict=True))
    info = replace(document.info, title=f"{document.info.title}（加注件）", created_at=clock.local(row.made_at))
    return replace(document, pages=pages, info=info)


def _code_text(row: Copy) -> str:
    """What the printed code says: the licence's signed facts, fixed at the first try."""
    if not row.code_text:
        text = qr_payload(facts_of_licence(row.licence))
        Copy.objects.filter(id=row.id, code_text="").update(code_text=text)
        row.code_text = Copy.objects.values_list("code_text", flat=True).get(id=row.id)
    return row.code_text


def metadata_of(row: Copy) -> dict[str, str]:
    """What makes a file a 加注件, in the names of GB/T 36903; item and case beside them."""
    data = {
        "JZJZZSJ": _stamp(row.made_at), "JZJZZZ": row.maker, "JZJZZSY": row.purpose, "JZJYXQJZSJ": _stamp(row.until),
        "JZJSYF": row.for_whom,
    }  # fmt: skip
    return data | ({"SXBM": row.item_code} if row.item_code else {}) | ({"BJBH": row.case_number} if row.case_number else {})


def _stamp(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


@action("licences.finish_copy")
def _take(row: Copy, file: UUID, content: bytes) -> bool:
    """Give the row its file, unless it has one by now."""
    digest = sm3(content)
    if not Copy.objects.filter(id=row.id, file=None).update(file_id=file, digest=digest, waits_for=""):
        return False
    event = CopyMade(str(row.id), row.media, digest.hex(), row.until.isoformat())
    record(system_actor(DESK), event, about=row.licence_id, kind="licence")
    return True
