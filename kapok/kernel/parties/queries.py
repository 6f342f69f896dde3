"""Reading parties. Opening the personal fields for a person is `reads`' business: it notes who and why."""

from uuid import UUID

from kapok.kernel.crypto.public import blind_index, unseal_json
from kapok.kernel.parties.data import CITIZEN_ID, SOCIAL_CREDIT, Identity
from kapok.kernel.parties.models import Party


def identity_of(party: Party) -> Identity:
    """The opened personal fields, for the machine's own work (comparison, prefill for the party itself)."""
    return Identity(**unseal_json(party.id, bytes(party.sealed), about="parties"))


def party(party_id: UUID) -> Party | None:
    return Party.objects.filter(id=party_id).first()


def party_by_number(number: str) -> Party | None:
    """Find a party by 公民身份号码 or 统一社会信用代码, by blind index."""
    number = number.strip().upper()
    indexes = [blind_index(kind, number) for kind in (CITIZEN_ID, SOCIAL_CREDIT)]
    return Party.objects.filter(number_index__in=indexes).first()


def represented_by(person: UUID) -> list[Party]:
    """The legal persons this person may act for as their legal representative."""
    return list(Party.objects.filter(representative_id=person, kind=Party.LEGAL).order_by("created_at"))
