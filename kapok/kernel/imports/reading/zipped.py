"""ZIP packages opened with suspicion: counted, measured while they are inflated, never written to a disk."""

import io
import struct
import zipfile
import zlib
from typing import IO

from kapok.kernel.imports.errors import Damaged, TooLarge

MEGABYTE = 1024 * 1024
LARGEST_PART = 600 * MEGABYTE
LARGEST_FILE = 20 * MEGABYTE
MOST_ENTRIES = 50_000


def opened(content: bytes) -> zipfile.ZipFile:
    """The package; `Damaged` if it is none, `TooLarge` if it holds too many entries."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError):
        raise Damaged(why="zip") from None
    if len(package.infolist()) > MOST_ENTRIES:
        raise TooLarge(limit=f"{MOST_ENTRIES:,}")
    return package


def measured(package: zipfile.ZipFile, name: str, limit: int = LARGEST_PART) -> "Measured":
    """A part as a stream that refuses to become larger than the limit, whatever the package says of its size."""
    try:
        return Measured(package.open(name), limit)
    except (KeyError, ValueError, struct.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise Damaged(why=name[:60]) from None


class Measured(io.RawIOBase):
    """Counts what comes out."""

    def __init__(self, source: IO[bytes], limit: int) -> None:
        self.source, self.left = source, limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self.source.read(size if size >= 0 else self.left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise Damaged(why=type(error).__name__) from None
        self.left -= len(piece)
        if self.left < 0:
            raise TooLarge(limit=f"{LARGEST_PART // MEGABYTE} MB")
        return piece
