"""Registering parties."""

from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.common.errors import FieldFault, Invalid, sentences
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.verdicts import Verdict
from kapok.kernel.crypto.public import blind_index, ensure_key, seal_json
from kapok.kernel.journal.public import Acting, action, record
from kapok.kernel.parties.data import CITIZEN_ID, SOCIAL_CREDIT, Identity, mask_name, mask_number
from kapok.kernel.parties.errors import PartyMismatch
from kapok.kernel.parties.events import PartyRegistered
from kapok.kernel.parties.models import Party
from kapok.kernel.parties.queries import identity_of


@action("parties.register_person")
def register_person(name: str, number: str, phone: str = "", *, address: str = "", by: Acting) -> Party:
    """Find or register a natural person by 公民身份号码 (GB 11643); Invalid names each wrong field.

    A known number with another name raises PartyMismatch and changes nothing.
    """
    number = number.strip().upper()
    faults = _faults(name, citizen.check(number), "number")
    if phone and not (phone.isascii() and phone.isdigit() and len(phone) == 11 and phone.startswith("1")):
        faults.append(FieldFault("phone", "parties.phone", "手机号码应为 1 开头的 11 位数字。"))
    if faults:
        raise Invalid(faults)
    identity = Identity(name.strip(), number, CITIZEN_ID, phone, address)
    return _registered(Party.NATURAL, identity, region=number[:6], by=by)


@action("parties.register_company")
def register_company(
    name: str, number: str, *, representative: Party | None = None, phone: str = "", address: str = "", by: Acting
) -> Party:
    """Find or register a legal person by 统一社会信用代码 (GB 32100), with its 法定代表人."""
    number = number.strip().upper()
    faults = _faults(name, uscc.check(number), "number")
    if faults:
        raise Invalid(faults)
    identity = Identity(name.strip(), number, SOCIAL_CREDIT, phone, address)
    return _registered(Party.LEGAL, identity, region=number[2:8], representative=representative, by=by)


def _faults(name: str, number: Verdict, field: str) -> list[FieldFault]:
    faults = []
    if not 2 <= len(name.strip()) <= 100:
        faults.append(FieldFault("name", "parties.name", "请填写姓名或名称（2 至 100 字）。"))
    if not number:
        faults.append(FieldFault(field, number.code, str(sentences.get(number.code, "号码有误。")).format(**number.data)))
    return faults


def _registered(kind: str, identity: Identity, *, region: str, by: Acting, representative: Party | None = None) -> Party:
    index = blind_index(identity.number_type, identity.number)
    known = find(identity.number_type, index)
    if known is None:
        try:
            with transaction.atomic():
                return _insert(kind, identity, index, region, representative, by)
        except IntegrityError:
            known = find(identity.number_type, index)
            if known is None:
                raise
    if identity_of(known).name != identity.name:
        raise PartyMismatch()
    return known


def find(number_type: str, index: bytes) -> Party | None:
    """The party with this number, by blind index."""
    return Party.objects.filter(number_type=number_type, number_index=index).first()


def _insert(kind: str, identity: Identity, index: bytes, region: str, representative: Party | None, by: Acting) -> Party:
    party_id: UUID = uuid7()
    ensure_key(party_id)
    party = Party.objects.create(
        id=party_id,
        kind=kind,
        number_type=identity.number_type,
        number_index=index,
        name_masked=mask_name(identity.name) if kind == Party.NATURAL else identity.name,
        number_masked=mask_number(identity.number) if kind == Party.NATURAL else identity.number,
        sealed=seal_json(party_id, asdict(identity), about="parties"),
        region=region.ljust(12, "0"),
        representative=representative,
        created_at=clock.now(),
    )
    record(by, PartyRegistered(kind), about=party_id, kind="party")
    return party
