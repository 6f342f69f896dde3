"""Files made by other people's software (`../shared/vectors/ofd`), and how a test asks for them."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "vectors" / "ofd"
PAPERS = ("999", "AddAttachment", "SESV4SignDoc", "V4RideRight", "helloworld", "signedFile", "v4signed")


def vector(name: str) -> bytes:
    """The bytes of a file of the corpus; without it the test is skipped, naming the file."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"needs ../shared/vectors/ofd/{name}")
    return path.read_bytes()


def present() -> list[bytes]:
    """Every paper of the corpus that is there."""
    return [path.read_bytes() for name in PAPERS if (path := FOLDER / f"{name}.ofd").exists()]
