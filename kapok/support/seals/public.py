"""The door of seals."""

from kapok.support.seals.actions.seeding import seed_seal
from kapok.support.seals.actions.using import answer_of, use_seal
from kapok.support.seals.data import Sealed, SealFacts, SealRequest, StampPlace
from kapok.support.seals.errors import SealNotReady, SealRefused
from kapok.support.seals.queries.seals import active_seal, seal_by_digest, seal_facts
from kapok.support.seals.stamping.ofd import sign_ofd, stamp_ofd
from kapok.support.seals.stamping.places import keyword_places, pages_of, repeated, straddling
from kapok.support.seals.verifying.data import (
    EXTENDED,
    INVALID,
    UNDETERMINED,
    UNTRUSTED,
    VALID,
    BusinessStatus,
    FileFacts,
    Report,
    SignatureReport,
    Step,
    Verdict,
    business_sources,
)
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.file import business_of, verify_file
from kapok.support.seals.verifying.trust import Trust, node_trust

__all__ = [
    "EXTENDED",
    "INVALID",
    "UNDETERMINED",
    "UNTRUSTED",
    "VALID",
    "BusinessStatus",
    "FileFacts",
    "NotVerifiable",
    "Report",
    "SealFacts",
    "SealNotReady",
    "SealRefused",
    "SealRequest",
    "Sealed",
    "SignatureReport",
    "StampPlace",
    "Step",
    "Trust",
    "Verdict",
    "active_seal",
    "answer_of",
    "business_of",
    "business_sources",
    "keyword_places",
    "node_trust",
    "pages_of",
    "repeated",
    "seal_by_digest",
    "seal_facts",
    "seed_seal",
    "sign_ofd",
    "stamp_ofd",
    "straddling",
    "use_seal",
    "verify_file",
]
