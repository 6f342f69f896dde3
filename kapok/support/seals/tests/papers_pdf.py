"""PDFs and people for the tests of sealing them: certificates of every algorithm, papers of several forms, what poppler sees."""

import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from shutil import which

import pikepdf
import pytest
import typst
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from kapok.kernel.crypto.public import RevocationEntry, make_crl
from kapok.support.seals.data import StampPlace
from kapok.support.seals.stamping.pdf import Evidence, stamp_pdf
from kapok.support.seals.verifying.trust import Trust
from tests.judges.ring import BEGINS, Holder, Ring, ring

SIGNED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="42mm" height="42mm"><rect width="100%" height="100%" fill="#d9000f"/></svg>'
PLACE = StampPlace(1, 120, 200, 42, 42)
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")


@cache
def people(algorithm: str) -> Ring:
    return ring(algorithm)


def crl(by: Holder, *revoked: RevocationEntry, at: datetime = NOW) -> bytes:
    return make_crl(
        revoked, signer=by, issuer=by.certificate, this_update=at - DAY, next_update=at + DAY, number=1, expired_stay=BEGINS
    )  # fmt: skip


def trust(*algorithms: str, revoked: tuple[RevocationEntry, ...] = (), lists: bool = True) -> Trust:
    rings = [people(algorithm) for algorithm in algorithms]
    roots = tuple(each.root.certificate for each in rings)
    crls = tuple(one for each in rings for one in (crl(each.authority, *revoked), crl(each.root))) if lists else ()
    return Trust(roots=roots, stamp_roots=roots, pool=(), crls=crls)


def evidence(algorithm: str) -> Evidence:
    each = people(algorithm)
    lists = (crl(each.authority, at=SIGNED + DAY), crl(each.root, at=SIGNED + DAY))
    return Evidence((each.authority.certificate, each.root.certificate, each.stamper.certificate), lists)


@cache
def paper(pages: int = 3) -> bytes:
    body = "\n#pagebreak()\n".join(f"第 {number} 页 #lorem(60)" for number in range(1, pages + 1))
    made = typst.compile(
        f'#set page("a4")\n#set document(title: "样张", date: none)\n{body}'.encode(), format="pdf", timestamp=1_700_000_000
    )
    assert isinstance(made, bytes)
    return made


def sealed(
    level: str = "B-B", algorithm: str = "ecdsa", content: bytes = b"", places: tuple[StampPlace, ...] = (PLACE,), **more: object
) -> bytes:
    """A paper sealed at a level of PAdES."""
    held, words = people(algorithm), dict(more)
    if level != "B-B":
        words["timestamper"] = held.stamper
    if level in ("B-LT", "B-LTA"):
        words["evidence"] = evidence(algorithm)
    return stamp_pdf(
        content or paper(), b"", SQUARE, held.leaf, places=places, at=SIGNED, archive=level == "B-LTA", name="某局公章", **words
    )  # type: ignore[arg-type]  # a test's own keywords  # fmt: skip


def turned(degrees: int) -> bytes:
    """The paper with its first page turned, cut and moved off the origin."""
    with pikepdf.open(BytesIO(paper())) as opened:
        page = opened.pages[0]
        page.obj["/Rotate"] = degrees
        page.obj["/MediaBox"] = [-50, -70, 545, 772]
        page.obj["/CropBox"] = [0, 0, 500, 700]
        out = BytesIO()
        opened.save(out)
    return out.getvalue()


def appended(content: bytes) -> tuple[BytesIO, IncrementalPdfFileWriter]:
    """What an incremental update is written with, by somebody who is not a signer."""
    out = BytesIO(content)
    return out, IncrementalPdfFileWriter(out, strict=False)


def pdfsig(content: bytes, folder: Path) -> str:
    """What poppler says of the signatures."""
    if which("pdfsig") is None:
        pytest.skip("needs pdfsig: apt install poppler-utils")
    (folder / "judged.pdf").write_bytes(content)
    done = subprocess.run(["pdfsig", "-nocert", str(folder / "judged.pdf")], capture_output=True, text=True)
    return done.stdout


def red_box(content: bytes, page: int, folder: Path) -> tuple[int, int, int, int] | None:
    """Where poppler draws red on a page, in millimetres from the upper left corner; None where it does not."""
    if which("pdftoppm") is None:
        pytest.skip("needs pdftoppm: apt install poppler-utils")
    (folder / "drawn.pdf").write_bytes(content)
    words = ["pdftoppm", "-r", "25.4", "-f", str(page), "-l", str(page), "-cropbox", str(folder / "drawn.pdf")]
    head, size, _, dots = subprocess.run(words, capture_output=True, check=True).stdout.split(b"\n", 3)
    assert head == b"P6"
    width = int(size.split()[0])
    red = [at // 3 for at in range(0, len(dots) - 2, 3) if dots[at] > 150 and dots[at + 1] < 90 and dots[at + 2] < 90]
    if not red:
        return None
    across, down = [at % width for at in red], [at // width for at in red]
    return min(across), min(down), max(across) + 1, max(down) + 1
