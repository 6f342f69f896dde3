"""Licences that do not come from a case of this node: made here for somebody (制证), or pushed by a connected system with its own file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor, scope_of
from kapok.kernel.common import clock
from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.common.codes import licence as identifiers
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid, KapokError, NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import sm3
from kapok.kernel.files.public import store
from kapok.kernel.journal.public import action
from kapok.kernel.numbers.public import take
from kapok.kernel.ofd.public import OfdRefused, read_ofd
from kapok.kernel.orgs.public import Org
from kapok.kernel.parties.public import CITIZEN_ID, SOCIAL_CREDIT, identity_of, party, party_by_number
from kapok.support.licences.actions.issuing import PROFILE, Matter, New, Place, drawn_up, write
from kapok.support.licences.data import HolderFacts, Issued, TypeFacts
from kapok.support.licences.errors import CannotIssue, TypeNotPublished
from kapok.support.licences.models import Licence, LicenceType
from kapok.support.licences.queries.glyphs import glyph_faults
from kapok.support.licences.queries.types import type_by_code
from kapok.support.licences.rules.metadata import HOLDER_TYPES
from kapok.support.licences.rules.numbering import counter_key, written
from kapok.support.licences.rules.values import CONTROL, valid_until
from kapok.support.seals.public import EXTENDED, VALID, NotVerifiable, Report, verify_file


class SealWrong(Refused):
    """The file's seal does not hold: which step failed, and what that means."""


@dataclass(frozen=True)
class Pushed:
    """What a connected system says of a licence. Without `ofd` it is made here; without a number it gets one by the type's rule."""

    type_code: str
    issuer: str
    holders: Sequence[HolderFacts]
    values: Mapping[str, str]
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    number: str = ""
    identifier: str = ""
    region: str = ""
    matter: Matter = field(default_factory=Matter)
    ofd: bytes | None = field(default=None, repr=False)


@action("licences.issue_directly")
def issue_directly(
    type: TypeFacts, *, holder: UUID, org: int, region: str, scope: int, answers: Mapping[str, Any], valid_from: date,
    valid_to: date | None = None, reason: str, number: str = "", by: Actor,
) -> Issued:  # fmt: skip
    """Issue a licence without a case of this node (制证): the values are taken as a case's answers would be.

    `number`: the number it bears already (补录); without one the type's rule gives it.
    """
    owner, body = party(holder), Org.objects.filter(id=org).first()
    if owner is None or body is None:
        raise NotHere("licences.issue", id=str(holder))
    if not by.may("licences.connect", _Scope(scope)):
        raise Forbidden(deed="licences.connect")
    place = Place(org, body.name, body.uscc, region, scope)
    return write(drawn_up(type, place, Matter(), identity_of(owner), holder, answers, valid_from, valid_to, reason, number), by=by)


@dataclass(frozen=True)
class _Scope:
    scope: int

    def places(self) -> list[tuple[int, int]]:
        return [(self.scope, 0)]


@dataclass(frozen=True)
class Sound:
    """A push that was looked at and found in order."""

    pushed: Pushed
    type: TypeFacts
    place: Place
    report: Report | None


def push(pushed: Pushed, *, by: Actor) -> Issued:
    """Take a connected system's licence: with its own OFD, whose seal is verified first, or to be made and sealed here.

    Invalid (422) names every field; AlreadyIssued (409) for a duplicate; SealWrong (422) names the step that failed.
    """
    return take_pushed(look_at(pushed, by=by), by=by)


def look_at(pushed: Pushed, *, by: Actor) -> Sound:
    """All that needs no writing, and the long work: the file's seal, the fonts. Called outside any transaction."""
    type, place, faults = _looked_at(pushed, by)
    if faults or type is None or place is None:
        raise Invalid(faults)
    if pushed.ofd is not None:
        return Sound(pushed, type, place, _verified(pushed))
    if without := glyph_faults(type, {key: str(text).strip() for key, text in {**pushed.values, "number": pushed.number}.items()}):
        raise CannotIssue(without)
    return Sound(pushed, type, place, None)


def _looked_at(pushed: Pushed, by: Actor) -> tuple[TypeFacts | None, Place | None, list[FieldFault]]:
    """What can be said before anything is written."""
    faults: list[FieldFault] = []
    type = type_by_code(pushed.type_code)
    if type is None:
        if LicenceType.objects.filter(code=pushed.type_code).exists():
            raise TypeNotPublished(type=pushed.type_code)
        faults.append(FieldFault("type_code", "licences.type_unknown", "没有这个证照类型代码，请先注册类型。"))
    org = Org.objects.select_related("region").filter(uscc=pushed.issuer, dissolved_on=None).first() if pushed.issuer else None
    place = None
    if org is not None:
        scope = scope_of(org.id, org.region_id)
        if by.may("licences.connect", _Scope(scope)):
            place = Place(org.id, org.name, org.uscc, org.region_id, scope)
    if place is None:
        faults.append(FieldFault("issuer", "licences.issuer_unknown", "没有这个颁发机构，或不在您的接入范围内。"))
    faults += _holder_faults(pushed.holders) + _date_faults(pushed)
    if type is not None:
        faults += _value_faults(type, pushed.values)
    if pushed.identifier and not pushed.identifier.startswith(identifiers.ROOT):
        faults.append(FieldFault("identifier", "licences.identifier", "证照标识应以 1.2.156.3005.2 开头。"))
    return type, place, faults


def _holder_faults(holders: Sequence[HolderFacts]) -> list[FieldFault]:
    faults = [] if holders else [FieldFault("holders", "licences.holders", "至少要有一个持证主体。")]
    for index, each in enumerate(holders):
        where = f"holders.{index}"
        if not 2 <= len(each.name.strip()) <= 200:
            faults.append(FieldFault(f"{where}.name", "licences.holder_name", "持证主体名称应为 2 至 200 字。"))
        if each.number_type not in HOLDER_TYPES:
            faults.append(FieldFault(f"{where}.number_type", "licences.holder_type", "持证主体代码类型不在代码表中。"))
        wrong = (each.number_type == CITIZEN_ID and not citizen.check(each.number)) or (
            each.number_type == SOCIAL_CREDIT and not uscc.check(each.number)
        )
        if wrong or not 1 <= len(each.number) <= 64:
            faults.append(FieldFault(f"{where}.number", "licences.holder_number", "持证主体代码有误。"))
    return faults


def _date_faults(pushed: Pushed) -> list[FieldFault]:
    faults = []
    if pushed.issued_on > clock.today():
        faults.append(FieldFault("issued_on", "licences.issued_later", "颁发日期不能晚于今天。"))
    if pushed.valid_to is not None and pushed.valid_to < pushed.valid_from:
        faults.append(FieldFault("valid_to", "licences.valid_to", "有效期截止日期不能早于起始日期。"))
    return faults


def _value_faults(type: TypeFacts, values: Mapping[str, str]) -> list[FieldFault]:
    known = {each.key: each for each in type.fields}
    faults = [FieldFault(f"fields.{key}", "licences.value_unknown", f"类型没有“{key}”这个字段。") for key in values if key not in known]
    for key, each in known.items():
        text = str(values.get(key, "")).strip()
        if not text and each.required and not each.source.startswith("issue."):
            faults.append(FieldFault(f"fields.{key}", "licences.value_missing", f"缺少“{each.label}”。"))
        if len(text) > each.max_length:
            faults.append(FieldFault(f"fields.{key}", "licences.value_too_long", f"“{each.label}”超过 {each.max_length} 个字。"))
        if CONTROL.search(text):
            faults.append(FieldFault(f"fields.{key}", "licences.value_control", f"“{each.label}”含有不可见的控制字符。"))
    return faults


def _verified(pushed: Pushed) -> Report:
    """The file's seal holds, and what it says is what the push says."""
    content = pushed.ofd or b""
    try:
        package = read_ofd(content)
        report = verify_file(content, name="licence.ofd")
    except (OfdRefused, NotVerifiable) as error:
        raise Invalid([FieldFault("ofd", error.code, error.message())]) from error
    if report.verdict not in (VALID, EXTENDED):
        raise _wrong(report)
    said = package.custom_data
    told = {"ZZBH": pushed.number, "ZZBS": pushed.identifier, "ZZLXDM": pushed.type_code}
    faults = [
        FieldFault("ofd", "licences.file_differs", f"文件中的 {name}（{said[name]}）与推送的不一致。")
        for name, text in told.items() if text and said.get(name, text) != text
    ]  # fmt: skip
    if faults:
        raise Invalid(faults)
    return report


def _wrong(report: Report) -> KapokError:
    """Names the first step that failed, of the first signature that did."""
    for each in report.signatures:
        for step in each.steps:
            if step.outcome == "fail" or (step.outcome == "unknown" and each.verdict == report.verdict):
                says = f"文件的电子印章没有通过第 {step.number} 步验证（{step.title or step.key}）：{step.says}"
                return SealWrong("licences.seal_wrong", 422, says=says, step=step.key, number=step.number, verdict=str(report.verdict))
    return SealWrong("licences.seal_missing", 422, says="文件没有电子印章。", step="", verdict=str(report.verdict))


@action("licences.push")
def take_pushed(sound: Sound, *, by: Actor) -> Issued:
    """Written in one transaction; an own file makes the licence valid at once, without one it waits for its seal."""
    pushed, type, place, report = sound.pushed, sound.type, sound.place, sound.report
    at = clock.at(pushed.issued_on) if report else clock.now()
    id = uuid7()
    number = pushed.number.strip() or _number(type, place, pushed)
    identifier, warning = _identifier(pushed, type, place, id)
    until = pushed.valid_to if report else valid_until(type, pushed.valid_from, pushed.valid_to)
    values = _values(type, pushed, number, identifier, until)
    known = party_by_number(pushed.holders[0].number)
    new = New(
        type, place, pushed.matter, values, [HolderFacts(h.name.strip(), h.number.strip().upper(), h.number_type) for h in pushed.holders],
        known.id if known else None, known.id if known else id, number, pushed.valid_from, until, id, identifier, lineage=id,
        state="valid" if report else "pending", source="connected" if report else "issued", trust=type.trust if report is None else "B",
        warning=warning, verb="push" if report else "issue", issued_at=at,
    )  # fmt: skip
    issued = write(new, by=by)
    if report is not None:
        content = pushed.ofd or b""
        file = store(content, name=f"{type.name} {number}.ofd", media_type="application/ofd", subject=new.subject, by=by)
        signed = report.signatures[0].proven_at or report.signatures[0].claimed_at or at
        Licence.objects.filter(id=id).update(ofd=file.id, digest=sm3(content), signed_at=signed)
    return issued


def _number(type: TypeFacts, place: Place, pushed: Pushed) -> str:
    key = counter_key(type.numbering, type.code, org=place.code, region=place.region, on=clock.today())
    return written(type.numbering, take(PROFILE, key), pushed.values, org=place.code, region=place.region, on=clock.today())


def _identifier(pushed: Pushed, type: TypeFacts, place: Place, id: UUID) -> tuple[str, str]:
    """The identifier, and a warning: a foreign one with a wrong check character is kept as it is."""
    if not pushed.identifier:
        return identifiers.make(type.code, place.code, id.hex.upper()), ""
    verdict = identifiers.check(pushed.identifier)
    return pushed.identifier, "" if verdict else verdict.code


def _values(type: TypeFacts, pushed: Pushed, number: str, identifier: str, until: date | None) -> dict[str, str]:
    """The values as pushed, with those that only issuing knows."""
    known = {
        "issue.number": number,
        "issue.identifier": identifier,
        "issue.date": _long(pushed.issued_on),
        "issue.from": _long(pushed.valid_from),
        "issue.to": _long(until) if until else "长期",
    }
    return {each.key: str(pushed.values.get(each.key, "")).strip() or known.get(each.source, "") for each in type.fields}


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
