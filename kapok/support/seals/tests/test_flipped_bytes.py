"""One flipped byte in each region of a sealed file fails the right steps, and no others."""

import random
import zipfile
from io import BytesIO

import pytest

from kapok.kernel.crypto.public import make_signature, read_signature, sm3
from kapok.kernel.ofd.public import OfdRefused, add_signature
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.tests.authority import NOW, SIGNED, paper, sealed, world
from kapok.support.seals.tests.foreign import foreign
from kapok.support.seals.verifying.data import INVALID, VALID, Report
from kapok.support.seals.verifying.file import verify_content
from kapok.support.seals.verifying.trust import Trust

SIGN = "Doc_0/Signs/Sign_0/"
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def part(content: bytes, path: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(path)


def flipped(content: bytes, path: str, at: int, bit: int = 1) -> bytes:
    """The file with one bit of one part turned."""
    changed = bytearray(part(content, path))
    changed[at] ^= bit
    return repacked(content, {path: bytes(changed)})


def inside(content: bytes, path: str, mark: bytes, shift: int = 0) -> int:
    """Where a piece of a part stands; it must stand there."""
    at = part(content, path).find(mark)
    assert at >= 0, mark
    return at + shift


def failed(report: Report) -> set[str]:
    return {step.key for signature in report.signatures for step in signature.steps if step.outcome == "fail"}


def value_places(content: bytes) -> dict[str, int]:
    """A byte of each piece of SignedValue.dat."""
    value = part(content, SIGN + "SignedValue.dat")
    signed = read_signature(value)
    hash_at = value.find(signed.data_hash)
    after_hash = hash_at + len(signed.data_hash)
    places = {
        "time": value.rfind(b"\x18\x0f", 0, hash_at) + 2 + 13,
        "data hash": hash_at + 4,
        "noted path": value.find(b"Signature.xml", after_hash),
        "picture in the seal": value.find(signed.seal.picture.data) + len(signed.seal.picture.data) // 2,
        "maker's signature in the seal": value.find(signed.seal.signature) + 20,
        "signer's certificate": value.find(signed.cert, after_hash) + len(signed.cert) - 12,
        "signature": value.find(signed.signature, after_hash) + 20,
    }
    if signed.timestamp:
        places["time stamp"] = len(value) - 12
    return places


REGIONS = {
    "page content": {"references"},
    "picture": {"references"},
    "Document.xml": {"references"},
    "OFD.xml": {"references"},
    "Signature.xml": {"data_hash"},
    "digest in Signature.xml": {"references", "data_hash"},
    "Seal.esl": {"references", "seal_signature"},
    "time": {"signature"},
    "data hash": {"data_hash", "signature"},
    "noted path": {"signature"},
    "picture in the seal": {"signature", "seal_signature"},
    "maker's signature in the seal": {"signature", "seal_signature"},
    "signer's certificate": {"cert_list", "chains"},
    "signature": {"signature", "timestamp"},
    "time stamp": {"timestamp"},
    "Signatures.xml": {"references"},
}
"""Region → what fails. A time stamp is over the signature's value, so the two fail together; the seal lies inside what is signed."""


def place(content: bytes, region: str) -> tuple[str, int]:
    values = value_places(content)
    if region in values:
        return SIGN + "SignedValue.dat", values[region]
    picture = next((name for name in zipfile.ZipFile(BytesIO(content)).namelist() if name.endswith(".png")), "")
    path, mark, shift = {
        "page content": (PAGE, b"TextCode", 30),
        "picture": (picture, b"IDAT", 5),
        "Document.xml": ("Doc_0/Document.xml", b"MaxUnitID>", 10),
        "OFD.xml": ("OFD.xml", b"<ofd:Creator>", 13),
        "Signature.xml": (SIGN + "Signature.xml", b"ProviderName=", 15),
        "digest in Signature.xml": (SIGN + "Signature.xml", b'Content.xml"><ofd:CheckValue>', 35),
        "Seal.esl": (SIGN + "Seal.esl", b"IHDR", 8),
        "Signatures.xml": ("Doc_0/Signs/Signatures.xml", b"Sign_0/Signature", 3),
    }[region]
    return path, inside(content, path, mark, shift)


def test_the_file_itself_is_valid_in_every_step():
    report = verify_content(sealed(), at=NOW, trust=world().trust())
    assert report.verdict == VALID
    assert [step.outcome for step in report.signatures[0].steps] == ["pass"] * 10


@pytest.mark.feature("18.09", part="one flipped byte per region fails the right step")
@pytest.mark.parametrize("region", REGIONS)
def test_one_flipped_byte_in_a_region_of_our_own_file_fails_exactly_the_right_steps(region):
    report = verify_content(flipped(sealed(), *place(sealed(), region)), at=NOW, trust=world().trust())
    assert failed(report) == REGIONS[region]
    assert report.verdict == INVALID


FOREIGN_REGIONS = {name: steps - {"timestamp", "chains"} for name, steps in REGIONS.items() if name not in ("picture", "time stamp")}
"""Another maker's file has neither time stamp nor pictures, and its root is a stranger's: its chain is never called broken."""


@pytest.mark.feature("18.09", part="one flipped byte per region fails the right step")
@pytest.mark.parametrize("region", FOREIGN_REGIONS)
def test_one_flipped_byte_in_a_region_of_another_makers_file_fails_exactly_the_right_steps(region):
    """That file was sealed years after its seal had ended, so step 8 fails in any case."""
    content = foreign("SESV4SignDoc.ofd")
    before = failed(verify_content(content, at=NOW, trust=Trust()))
    assert before == {"validity"}
    report = verify_content(flipped(content, *place(content, region)), at=NOW, trust=Trust())
    expected = FOREIGN_REGIONS[region] if region == "Signatures.xml" else FOREIGN_REGIONS[region] | before
    assert failed(report) == expected


@pytest.mark.feature("18.09", part="one flipped byte per region fails the right step")
def test_no_flipped_bit_anywhere_leaves_a_file_valid():
    """Everything but the list of signatures, which nothing protects so that another seal can be put beside, and the unsigned
    frame of the time stamp's message, which says nothing."""
    content, trust, dice = sealed(1), world().trust(), random.Random(1809)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("Signatures.xml")}
    value = parts[SIGN + "SignedValue.dat"]
    frame = value.find(read_signature(value).timestamp or b"-")
    parts[SIGN + "SignedValue.dat"] = value[:frame]
    still_valid = []
    for path, whole in parts.items():
        for _ in range(40):
            at, bit = dice.randrange(len(whole)), 1 << dice.randrange(8)
            try:
                report = verify_content(flipped(content, path, at, bit), at=NOW, trust=trust)
            except OfdRefused:
                continue
            if report.verdict != INVALID:
                still_valid.append((path, at, bit, report.verdict))
    assert still_valid == []


@pytest.mark.feature("18.09", part="a right signature over changed pages is invalid")
def test_a_right_signature_over_changed_pages_is_invalid():
    report = verify_content(flipped(sealed(), *place(sealed(), "page content")), at=NOW, trust=world().trust())
    steps = {step.key: step.outcome for step in report.signatures[0].steps}
    assert steps["data_hash"] == steps["signature"] == "pass"
    assert report.verdict == INVALID
    assert PAGE in report.signatures[0].step("references").says


@pytest.mark.feature("18.09", part="pages no digest covers")
def test_a_page_added_after_sealing_is_named_although_every_digest_and_signature_is_right():
    content = sealed()
    document = part(content, "Doc_0/Document.xml")
    new_page = b'<ofd:Page ID="999" BaseLoc="Pages/Page_9/Content.xml"/></ofd:Pages>'
    added = document.replace(b"</ofd:Pages>", new_page)
    assert added != document
    made = world()
    unsealed = repacked(paper(), {"Doc_0/Document.xml": added, "Doc_0/Pages/Page_9/Content.xml": part(content, PAGE)})

    def sign(xml: bytes, path: str) -> bytes:
        return make_signature(made.seal, sm3(xml), path, made.signer, SIGNED)

    whole = add_signature(unsealed, sign, seal_der=made.seal, at=SIGNED)
    assert verify_content(whole, at=NOW, trust=made.trust()).verdict == VALID
    xml = part(whole, SIGN + "Signature.xml")
    start = xml.find(b'<ofd:Reference FileRef="/Doc_0/Pages/Page_9/Content.xml">')
    end = xml.find(b"</ofd:Reference>", start) + len(b"</ofd:Reference>")
    shorter = xml[:start] + xml[end:]
    forged = repacked(whole, {SIGN + "Signature.xml": shorter, SIGN + "SignedValue.dat": sign(shorter, f"/{SIGN}Signature.xml")})
    report = verify_content(forged, at=NOW, trust=made.trust())
    assert report.verdict == INVALID
    assert report.signatures[0].step("references").code == "references.uncovered"
    assert failed(report) == {"references"}
    assert "第 3 页" in report.signatures[0].step("references").means
