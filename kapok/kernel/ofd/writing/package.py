"""Files into one ZIP, the same bytes for the same files.

Written out here because the standard module compresses a frame's ornament anew for every paper, which costs more than all the rest.
"""

import struct
import zlib
from functools import lru_cache

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_NEEDED, _MADE_BY = 20, 0x0314
_PLAIN, _DEFLATED = 0, 8
_TIME, _DAY = 0, 0x21
"""Midnight of 1 January 1980 for every entry: the moment of writing must not change the bytes."""
_MODE = 0o100644 << 16
_WORTH_KEEPING = 8_000


def packed(files: dict[str, bytes]) -> bytes:
    """The package; entries in the order given, OFD.xml first as readers expect."""
    body, directory, at = [], [], 0
    for name, content in files.items():
        path = name.encode()
        checksum, deflated = _known(content) if "/Tpls/" in name and len(content) > _WORTH_KEEPING else _deflated(content)
        facts = (_NEEDED, _PLAIN, _DEFLATED, _TIME, _DAY, checksum, len(deflated), len(content), len(path), 0)
        head = _LOCAL + struct.pack("<5H3L2H", *facts) + path
        directory.append(_CENTRAL + struct.pack("<6H3L5H2L", _MADE_BY, *facts, 0, 0, 0, _MODE, at) + path)
        body += [head, deflated]
        at += len(head) + len(deflated)
    listed = b"".join(directory)
    end = _END + struct.pack("<4H2LH", 0, 0, len(directory), len(directory), len(listed), at, 0)
    return b"".join((*body, listed, end))


def _deflated(content: bytes) -> tuple[int, bytes]:
    maker = zlib.compressobj(6, zlib.DEFLATED, -15)
    return zlib.crc32(content), maker.compress(content) + maker.flush()


@lru_cache(maxsize=64)
def _known(content: bytes) -> tuple[int, bytes]:
    """Template pages are the same for every paper of a type."""
    return _deflated(content)
