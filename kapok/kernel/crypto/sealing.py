"""Sealing personal data under its subject's key, and finding it again by blind index."""

from typing import Any
from uuid import UUID

import orjson

from kapok.kernel.crypto.ciphers import hmac_sm3, lock, unlock
from kapok.kernel.crypto.errors import KeyUnknown, SealBroken
from kapok.kernel.crypto.keys import ensure_key, key_of
from kapok.kernel.crypto.master import derived

BLIND_BYTES = 16


def seal(subject: UUID, plain: bytes, *, about: str) -> bytes:
    """Encrypt under the subject's key, bound to subject and `about` (table and column, or event name).

    Bytes moved to another subject's row or another column do not open. A subject without a key gets one.
    """
    try:
        key = key_of(subject)
    except KeyUnknown:
        ensure_key(subject)
        key = key_of(subject)
    return lock(key, plain, _context(subject, about))


def unseal(subject: UUID, sealed: bytes | memoryview, *, about: str) -> bytes:
    """The plain bytes; `SealBroken` when altered or of another subject or `about`, `SubjectForgotten` after `forget`."""
    plain = unlock(key_of(subject), bytes(sealed), _context(subject, about))
    if plain is None:
        raise SealBroken(about=about)
    return plain


def seal_json(subject: UUID, value: Any, *, about: str) -> bytes:
    """Seal a JSON value (dates and UUIDs become text)."""
    return seal(subject, orjson.dumps(value), about=about)


def unseal_json(subject: UUID, sealed: bytes | memoryview, *, about: str) -> Any:
    """The JSON value sealed by `seal_json`."""
    return orjson.loads(unseal(subject, sealed, about=about))


def blind_index(kind: str, normalised: str) -> bytes:
    """16 bytes by which equal values are found without being readable: HMAC-SM3 with a key of its own per kind.

    The caller normalises (upper case, no blanks). Other nodes get other bytes for the same value.
    """
    return hmac_sm3(derived("blind/" + kind), normalised.encode())[:BLIND_BYTES]


def signature(purpose: str, data: bytes) -> bytes:
    """HMAC-SM3 by this node for its own use (links, tokens, addresses): 32 bytes; each purpose has its own key."""
    return hmac_sm3(derived("sign/" + purpose), data)


def _context(subject: UUID, about: str) -> bytes:
    return subject.bytes + about.encode()
