"""One document signed with one seal: an authorisation minted for its SM3, the stamp put on by `stamping`, the receipt brought back."""

from dataclasses import dataclass
from datetime import datetime

from kapok.kernel.crypto.public import AuthorisedSigner, Signer, authorise, authorised, make_signature, signer, timestamp, timestamper
from kapok.kernel.ofd.public import OfdRefused
from kapok.support.seals import rules
from kapok.support.seals.data import SealRequest, StampPlace
from kapok.support.seals.errors import SealRefused
from kapok.support.seals.queries.using import Held
from kapok.support.seals.stamping.ofd import stamp_ofd

SIZE, DIGEST = 42.0, 32


@dataclass(frozen=True)
class Stamping:
    """What is to be signed, with what, for whom, at which legal time."""

    request: SealRequest
    digest: bytes
    held: Held
    custody: str
    person: str
    at: datetime


def stamped(work: Stamping) -> tuple[bytes, str, str, bool]:
    """The sealed file, the nonce that was spent, the custody's receipt, and whether a time stamp lies over the signature."""
    request, kept = work.request, work.held
    pdf = request.media == "pdf"
    key, certificate, chain = (
        (kept.pdf_key, kept.pdf_certificate, kept.pdf_chain) if pdf else (kept.key, kept.certificate, kept.chain)
    )  # fmt: skip
    leave = authorise(
        work.digest, seal=str(request.seal), person=work.person, purpose=request.about_kind, request=str(request.request)
    )  # fmt: skip
    own = signer(key, certificate, chain, custody=work.custody or None)
    if request.media == rules.HASH:
        hand = AuthorisedSigner(own, leave)
        return _digest(work, hand), leave.nonce.hex(), hand.receipt, True
    hand = authorised(own, leave, request.content)
    places = tuple(_sized(place, kept) for place in request.places)
    content = _pdf(work, hand, places) if pdf else _ofd(work, hand, places)
    return content, leave.nonce.hex(), hand.receipt, True


def _digest(work: Stamping, hand: Signer) -> bytes:
    """SES_Signature over a digest somebody else computed; the path of the signed file stands behind it in the content."""
    stamper, path = timestamper("sm2"), work.request.content[DIGEST:].decode("ascii")
    return make_signature(
        work.held.der, work.digest, path, hand, work.at, timestamp=lambda value: timestamp(value, stamper, work.at)
    )  # fmt: skip


def _ofd(work: Stamping, hand: Signer, places: tuple[StampPlace, ...]) -> bytes:
    try:
        return stamp_ofd(work.request.content, work.held.der, hand, places=places, at=work.at, timestamper=timestamper("sm2"))
    except OfdRefused as wrong:
        raise SealRefused("seals.unreadable", 422, why=wrong.message()) from wrong


def _pdf(work: Stamping, hand: Signer, places: tuple[StampPlace, ...]) -> bytes:
    from kapok.support.seals.stamping.pdf import node_evidence, stamp_pdf  # half a second: only who seals a PDF waits for its library

    stamper = timestamper("ecdsa")
    return stamp_pdf(
        work.request.content, work.held.picture, work.held.drawing, hand, places=places, at=work.at, timestamper=stamper,
        reason=work.request.reason, name=work.held.name, evidence=node_evidence(hand, stamper), archive=True,
    )  # fmt: skip


def _sized(place: StampPlace, kept: Held) -> StampPlace:
    """A place in the seal's own size where it was given in none of its own."""
    if (place.width, place.height) != (SIZE, SIZE) or (kept.width, kept.height) == (SIZE, SIZE):
        return place
    return StampPlace(place.page, place.x, place.y, kept.width, kept.height, place.clip)
