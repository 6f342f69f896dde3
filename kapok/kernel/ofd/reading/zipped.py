"""The package as a ZIP: every part inflated under a limit, and nothing taken that no honest writer makes."""

import stat
import zipfile
import zlib
from io import BytesIO

from kapok.kernel.ofd.limits import MEBIBYTE, Limits
from kapok.kernel.ofd.reading.departures import Departures
from kapok.kernel.ofd.refusals import OfdRefused

CENTRAL = b"PK\x01\x02"
CHUNK = 64 * 1024
UTF8_NAME = 0x800
ENCRYPTED = 0x1


def unzip(content: bytes, limits: Limits, warnings: Departures) -> dict[str, bytes]:
    """Parts by their path without a leading slash, in the order of the directory."""
    if len(content) > limits.size:
        raise OfdRefused("ofd.too_large", most=limits.size // MEBIBYTE)
    if not content.startswith(b"PK\x03\x04"):
        raise OfdRefused("ofd.not_zip")
    if content.count(CENTRAL) > 4 * limits.parts:  # before the directory is read into memory
        raise OfdRefused("ofd.too_many_files", most=limits.parts)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _parts(archive, limits, warnings)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError, OverflowError) as error:
        raise OfdRefused("ofd.damaged", path="ZIP") from error


def _parts(archive: zipfile.ZipFile, limits: Limits, warnings: Departures) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > limits.parts:
        raise OfdRefused("ofd.too_many_files", most=limits.parts)
    parts: dict[str, bytes] = {}
    seen: set[str] = set()
    left = limits.total
    for entry in entries:
        name = _name(entry, warnings)
        _refuse(entry, name)
        if name in seen:
            raise OfdRefused("ofd.duplicate", path=name)
        seen.add(name)
        if not entry.is_dir():
            parts[name] = _inflate(archive, entry, name, min(limits.single, left), limits)
            left -= len(parts[name])
    return parts


def _name(entry: zipfile.ZipInfo, warnings: Departures) -> str:
    """The name as its writer meant it: without the flag many Chinese writers put GBK or UTF-8 bytes."""
    name = entry.orig_filename
    if not entry.flag_bits & UTF8_NAME and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            warnings.add("ofd.name_encoding", name)
            break
    return name


def _refuse(entry: zipfile.ZipInfo, name: str) -> None:
    steps = name.rstrip("/").split("/")
    if not name or name.startswith("/") or "\\" in name or ":" in name or "\0" in name or any(step in ("", ".", "..") for step in steps):
        raise OfdRefused("ofd.path", path=name)
    if entry.flag_bits & ENCRYPTED:
        raise OfdRefused("ofd.encrypted", path=name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise OfdRefused("ofd.symlink", path=name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise OfdRefused("ofd.compression", path=name)


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, most: int, limits: Limits) -> bytes:
    """The part's bytes, measured as they come: what the header says of the size is not believed."""
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > most or (size > limits.ratio_from and size > limits.ratio * max(entry.compress_size, 1)):
                    raise OfdRefused("ofd.zip_bomb", path=name)
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError, OverflowError) as error:
        raise OfdRefused("ofd.damaged", path=name) from error
    return b"".join(pieces)
