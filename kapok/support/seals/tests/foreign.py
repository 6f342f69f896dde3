"""Files made by other people's software, where the machine has them: not part of the clone."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[5] / "shared" / "vectors" / "ofd"


def foreign(name: str) -> bytes:
    """The bytes of a file by another maker; the test is skipped, with the file's name, where it is absent."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"needs the file of another maker: ../shared/vectors/ofd/{name}")
    return path.read_bytes()
