"""A package with some parts replaced or added: every other part keeps its stored bytes, uncompressed again by nobody."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import NamedTuple

from kapok.kernel.ofd.refusals import OfdRefused

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8_NAME = 0x800
_DOS_EPOCH = (0, 0x21)
"""Time and day of 1980-01-01: the moment of writing must not change the bytes."""
_SMALL = 0xFFFFFFFF


class _Stored(NamedTuple):
    name: bytes
    flags: int
    method: int
    time: tuple[int, int]
    check: int
    size: int
    data: bytes
    attributes: int
    system: int


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    """The same ZIP with `changed` parts (by path) replaced in place or added at the end. The package has passed `unzip`."""
    left = dict(changed)
    entries: list[_Stored] = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for entry in archive.infolist():
            replaced = left.pop(entry.orig_filename, None)
            entries.append(_kept(content, entry) if replaced is None else _new(entry.orig_filename, replaced))
    entries += [_new(name, part) for name, part in left.items()]
    return _written(entries)


def _kept(content: bytes, entry: zipfile.ZipInfo) -> _Stored:
    """The entry as it lies in the file: its compressed bytes start behind the local header."""
    at = entry.header_offset
    name_bytes, extra = struct.unpack_from("<2H", content, at + 26)
    start = at + _LOCAL.size + name_bytes + extra
    data = content[start : start + entry.compress_size]
    if len(data) != entry.compress_size:
        raise OfdRefused("ofd.damaged", path=entry.orig_filename)
    name = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8_NAME else "cp437")
    year, month, day, hour, minute, second = entry.date_time
    time = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    flags = entry.flag_bits & _UTF8_NAME
    return _Stored(
        name, flags, entry.compress_type, time, entry.CRC, entry.file_size, data, entry.external_attr, entry.create_system
    )  # fmt: skip


def _new(name: str, part: bytes) -> _Stored:
    squeezer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
    data = squeezer.compress(part) + squeezer.flush()
    flags = 0 if name.isascii() else _UTF8_NAME
    return _Stored(name.encode(), flags, zipfile.ZIP_DEFLATED, _DOS_EPOCH, zlib.crc32(part), len(part), data, 0o644 << 16, 3)


def _written(entries: list[_Stored]) -> bytes:
    out, directory = BytesIO(), BytesIO()
    for entry in entries:
        at = out.tell()
        if at + len(entry.data) >= _SMALL:
            raise OfdRefused("ofd.too_large", most=_SMALL // 1024 // 1024)
        shared = (20, entry.flags, entry.method, *entry.time, entry.check, len(entry.data), entry.size, len(entry.name))
        out.write(_LOCAL.pack(b"PK\x03\x04", *shared, 0) + entry.name + entry.data)
        version = entry.system << 8 | 20
        directory.write(_CENTRAL.pack(b"PK\x01\x02", version, *shared, 0, 0, 0, 0, entry.attributes, at) + entry.name)
    start, listed = out.tell(), directory.getvalue()
    end = _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(listed), start, 0)
    return out.getvalue() + listed + end
