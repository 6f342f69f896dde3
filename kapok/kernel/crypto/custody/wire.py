"""How leave to sign is written as JSON, for the custodian and for seal servers."""

from datetime import datetime
from typing import Any

from kapok.kernel.crypto.custody.data import Authorisation


def written(authorisation: Authorisation | None) -> dict[str, str] | None:
    if authorisation is None:
        return None
    return {
        "document_sm3": authorisation.document_sm3.hex(),
        "seal": authorisation.seal,
        "person": authorisation.person,
        "purpose": authorisation.purpose,
        "request": authorisation.request,
        "issued_at": authorisation.issued_at.isoformat(),
        "nonce": authorisation.nonce.hex(),
        "mac": authorisation.mac.hex(),
    }


def read(told: dict[str, Any] | None) -> Authorisation | None:
    """The authorisation of that JSON; KeyError, TypeError or ValueError when it is none."""
    if told is None:
        return None
    texts = (str(told["seal"]), str(told["person"]), str(told["purpose"]), str(told["request"]))
    issued_at = datetime.fromisoformat(told["issued_at"])
    if issued_at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return Authorisation(bytes.fromhex(told["document_sm3"]), *texts, issued_at, bytes.fromhex(told["nonce"]), bytes.fromhex(told["mac"]))
