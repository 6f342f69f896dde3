"""Parties: natural and legal persons."""

from kapok.kernel.parties.actions import register_company, register_person
from kapok.kernel.parties.data import CITIZEN_ID, SOCIAL_CREDIT, Identity, mask_name, mask_number, mask_phone
from kapok.kernel.parties.errors import PartyMismatch
from kapok.kernel.parties.models import Party
from kapok.kernel.parties.queries import identity_of, party, party_by_number, represented_by

__all__ = [
    "CITIZEN_ID", "SOCIAL_CREDIT", "Identity", "Party", "PartyMismatch", "identity_of", "mask_name", "mask_number", "mask_phone",
    "party", "party_by_number", "register_company", "register_person", "represented_by",
]  # fmt: skip
