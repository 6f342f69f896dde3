"""Files that fail for one reason each, with the step and the code that must say so."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from kapok.kernel.crypto.public import RevocationEntry, make_signature, sm3, timestamp
from kapok.kernel.ofd.public import add_signature
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.tests.authority import BEGINS, PLACE, SIGNED, Hand, paper, sealed, world
from kapok.support.seals.verifying.trust import Trust

SIGN = "Doc_0/Signs/Sign_0/"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Failure:
    """A file, whom its verifier trusts, and what must be found: step, code, verdict."""

    content: bytes
    trust: Trust
    step: str
    code: str
    verdict: str = "invalid"


def part(content: bytes, path: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(path)


def without(content: bytes, path: str) -> bytes:
    """The file without one of its parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            if entry.filename != path:
                new.writestr(entry, old.read(entry))
    return out.getvalue()


def _sealed_by(signer: Hand, seal: bytes, **more: object) -> bytes:
    return stamp_ofd(paper(), seal, signer, places=[PLACE], at=SIGNED, timestamper=world().tsa)


def changed_page() -> Failure:
    content = part(sealed(), PAGE)
    new = content.replace("样张证照".encode(), "伪造证照".encode())
    assert new != content
    return Failure(repacked(sealed(), {PAGE: new}), world().trust(), "references", "references.changed")


def removed_part() -> Failure:
    return Failure(without(sealed(), "Doc_0/Pages/Page_1/Content.xml"), world().trust(), "references", "references.missing")


def added_page() -> Failure:
    """A page slipped in whose digest the description never had; the signature over the description is right."""
    made, content = world(), paper()
    document = part(content, "Doc_0/Document.xml")
    more = document.replace(b"</ofd:Pages>", b'<ofd:Page ID="999" BaseLoc="Pages/Page_9/Content.xml"/></ofd:Pages>')
    content = repacked(content, {"Doc_0/Document.xml": more, "Doc_0/Pages/Page_9/Content.xml": part(content, PAGE)})

    def sign(xml: bytes, path: str) -> bytes:
        return make_signature(made.seal, sm3(xml), path, made.signer, SIGNED)

    whole = add_signature(content, sign, seal_der=made.seal, at=SIGNED)
    xml = part(whole, SIGN + "Signature.xml")
    start = xml.find(b'<ofd:Reference FileRef="/Doc_0/Pages/Page_9/Content.xml">')
    shorter = xml[:start] + xml[xml.find(b"</ofd:Reference>", start) + len(b"</ofd:Reference>") :]
    parts = {SIGN + "Signature.xml": shorter, SIGN + "SignedValue.dat": sign(shorter, f"/{SIGN}Signature.xml")}
    return Failure(repacked(whole, parts), made.trust(), "references", "references.uncovered")


def moved_seal() -> Failure:
    """The signed value of another paper under this one's description."""
    value = part(sealed(3), SIGN + "SignedValue.dat")
    return Failure(repacked(sealed(), {SIGN + "SignedValue.dat": value}), world().trust(), "data_hash", "data_hash.changed")


def forged_signature() -> Failure:
    """Signed with another key than the certificate's."""
    made = world()
    forger = Hand(made.issued("冒名者").key, made.signer.certificate)
    return Failure(_sealed_by(forger, made.seal), made.trust(), "signature", "signature.wrong")


def not_in_the_list() -> Failure:
    made = world()
    return Failure(_sealed_by(made.issued("无权者"), made.seal), made.trust(), "cert_list", "cert_list.absent")


def forged_seal() -> Failure:
    """A seal drawn by somebody who does not have the maker's key."""
    made = world()
    forger = Hand(made.issued("假制章者").key, made.maker.certificate)
    seal = made.make_seal(maker=forger)
    return Failure(_sealed_by(made.signer, seal), made.trust(), "seal_signature", "seal_signature.wrong")


def swapped_seal_file() -> Failure:
    """Another seal laid beside the signature, and the description told so by whoever signed it."""
    made = world()
    other = made.make_seal(name="另一枚印章")

    def sign(xml: bytes, path: str) -> bytes:
        return make_signature(made.seal, sm3(xml), path, made.signer, SIGNED)

    return Failure(add_signature(paper(), sign, seal_der=other, at=SIGNED), made.trust(), "seal_signature", "seal_signature.differs")


def maker_had_ended() -> Failure:
    made = world()
    maker = made.issued("过期制章者", ends=BEGINS + DAY)
    seal = made.make_seal(maker=maker, created=BEGINS + 400 * DAY)
    return Failure(_sealed_by(made.signer, seal), made.trust(), "maker_certificate", "maker_certificate.not_then")


def strangers_root() -> Failure:
    return Failure(sealed(), world("外地").trust(), "chains", "chains.untrusted", "untrusted")


def seal_had_ended() -> Failure:
    made = world()
    return Failure(_sealed_by(made.signer, made.make_seal(valid_to=SIGNED - DAY)), made.trust(), "validity", "validity.seal_outside")


def revoked_before() -> Failure:
    made = world()
    trust = made.trust(RevocationEntry(made.signer.serial, SIGNED - DAY, "key_compromise"))
    return Failure(sealed(), trust, "revocation", "revocation.before")


def foreign_time_stamp() -> Failure:
    """A time stamp that belongs to another signature."""
    made = world()

    def sign(xml: bytes, path: str) -> bytes:
        token = timestamp(b"another signature", made.tsa, SIGNED)
        return make_signature(made.seal, sm3(xml), path, made.signer, SIGNED, timestamp=lambda value: token)

    return Failure(add_signature(paper(), sign, seal_der=made.seal, at=SIGNED), made.trust(), "timestamp", "timestamp.wrong")


FAILURES: dict[str, Callable[[], Failure]] = {
    make.__name__: make
    for make in (
        changed_page, removed_part, added_page, moved_seal, forged_signature, not_in_the_list, forged_seal, swapped_seal_file,
        maker_had_ended, strangers_root, seal_had_ended, revoked_before, foreign_time_stamp,
    )
}  # fmt: skip
