"""Signed short-lived download links, for places that cannot ask who may see a file (another face, a printed page)."""

import base64
import hmac
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import signature
from kapok.kernel.files.errors import LinkExpired, LinkForged

_ANYBODY = UUID(int=0)
LONGEST_SECONDS = 24 * 3600


def sign_link(file_id: UUID, *, to: UUID | None = None, seconds: int = 300) -> str:
    """A token that opens one file until `seconds` from now (machine time), for the account `to` alone if given."""
    if not 0 < seconds <= LONGEST_SECONDS:
        raise ValueError("a link lives between a second and a day")
    until = int(clock.wall().timestamp()) + seconds
    body = file_id.bytes + until.to_bytes(6, "big")
    return base64.urlsafe_b64encode(body + _mac(body, to)).decode().rstrip("=")


def open_link(token: str, *, to: UUID | None = None) -> UUID:
    """The file a token opens for `to`; `LinkForged` (looks like absent) or `LinkExpired`."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise LinkForged from None
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:  # the last character has bits that decode to nothing
        raise LinkForged
    body, mac = raw[:22], raw[22:]
    if len(raw) != 38 or not (hmac.compare_digest(mac, _mac(body, to)) or hmac.compare_digest(mac, _mac(body, None))):
        raise LinkForged
    if clock.wall().timestamp() >= int.from_bytes(body[16:], "big"):
        raise LinkExpired
    return UUID(bytes=body[:16])


def _mac(body: bytes, to: UUID | None) -> bytes:
    return signature("links", body + (to or _ANYBODY).bytes)[:16]
