"""ZIP packages and what is built on them: bombs, lies, traversal, macros, outside references."""

import io
import re
import stat
import zipfile
import zlib
from itertools import pairwise

from kapok.kernel.files.checks.base import Fault, fault
from kapok.kernel.files.checks.scanning import eicar
from kapok.kernel.files.checks.xml import check_xml

MOST_ENTRIES = 5_000
LARGEST_TOTAL = 300 * 1024 * 1024
STEEPEST = 200
_FREE = 1024 * 1024
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".cab", ".jar", ".iso")
_PROGRAMS = (
    ".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".lnk", ".msi", ".sh",
    ".apk", ".reg", ".pif", ".url", ".html", ".htm",
)  # fmt: skip
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|activex/|\.bin\.rels", re.IGNORECASE)
_OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
_LINKS_ONLY = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_DDE = re.compile(rb"\bDDE(?:AUTO)?\b|<(?:\w+:)?ddeLink\b", re.IGNORECASE)
_OPENS = (RuntimeError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, KeyError)


def check_zip(content: bytes, *, office: bool = False, depth: int = 0) -> Fault | None:
    """Every entry is unpacked once under a ceiling, so that lying headers do not matter."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except _OPENS:
        return fault("damaged", why="zip")
    with package:
        entries = package.infolist()
        found = _check_table(entries, len(content), office)
        if found is None:
            found = _check_entries(package, entries, office, depth)
    return found


def _check_table(entries: list[zipfile.ZipInfo], size: int, office: bool) -> Fault | None:
    if not entries or len({e.filename for e in entries}) != len(entries):
        return fault("damaged", why="entries")
    if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > LARGEST_TOTAL:
        return fault("zip_bomb")
    spans = sorted((e.header_offset, e.header_offset + 30 + e.compress_size) for e in entries)
    if any(end > start for (_, end), (start, _) in pairwise(spans)) or spans[-1][1] > size:
        return fault("zip_bomb", why="overlap")
    for entry in entries:
        found = _check_name(entry, office)
        if found:
            return found
    return None


def _check_name(entry: zipfile.ZipInfo, office: bool) -> Fault | None:
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & 0x1:
        return fault("encrypted")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or any(ord(c) < 32 for c in name):
        return fault("archive_path")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return fault("archive_path", why="link")
    if name.lower().endswith(_PROGRAMS):
        return fault("active_content", what=name[-40:])
    if not office and name.lower().endswith(_ARCHIVES):
        return fault("nested_archive")
    if office and _MACROS.search(name):
        return fault("macro")
    return None


def _check_entries(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo], office: bool, depth: int) -> Fault | None:
    total = 0
    for entry in entries:
        if entry.is_dir():
            continue
        try:
            with package.open(entry) as stream:
                body = stream.read(LARGEST_TOTAL - total + 1)
        except _OPENS:
            return fault("damaged", why=entry.filename[-40:])
        total += len(body)
        if total > LARGEST_TOTAL or (len(body) > _FREE and len(body) > STEEPEST * max(entry.compress_size, 1)):
            return fault("zip_bomb")
        found = _check_body(entry.filename.lower(), body, office, depth)
        if found:
            return found
    return None


def _check_body(name: str, body: bytes, office: bool, depth: int) -> Fault | None:
    if eicar(body):  # scanners of the machine unpack by themselves; the built-in one does not
        return fault("infected", found="EICAR")
    if body.startswith((b"MZ", b"\x7fELF")):
        return fault("active_content", what=name[-40:])
    if name.endswith(".svg"):
        return check_xml(body, active=True)
    if not office:
        return fault("nested_archive") if body.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf")) else None
    if name.endswith((".xml", ".rels")):
        return check_xml(body) or _check_part(name, body)
    if body.startswith(b"PK\x03\x04"):
        return check_zip(body, office=True, depth=depth + 1) if depth < 2 else fault("nested_archive")
    if name.endswith(".bin") and ("oleobject" in name or "package" in name):
        return fault("active_content", what="ole")
    return None


def _check_part(name: str, body: bytes) -> Fault | None:
    if name == "[content_types].xml" and b"macroenabled" in body.lower():
        return fault("macro")
    if name.endswith(".rels"):
        for relation in _LINKS_ONLY.findall(body):
            if _OUTSIDE.search(relation) and b"/hyperlink" not in relation:
                return fault("external_reference")
    fields = any(mark in body for mark in (b"instrText", b"ddeLink", b"fldSimple"))
    if fields and name.endswith(".xml") and _DDE.search(body):
        return fault("active_content", what="dde")
    return None


def check_ole(content: bytes) -> Fault | None:
    """Old Office files, by the names of their streams."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return fault("encrypted")
    for stream in ("_VBA_PROJECT", "VBA", "Macros", "_VBA_PROJECT_CUR"):
        if (stream + "\0").encode("utf-16-le") in content:
            return fault("macro")
    if "\x01Ole10Native".encode("utf-16-le") in content or "ObjectPool".encode("utf-16-le") in content:
        return fault("active_content", what="ole")
    return fault("damaged", why="ole") if len(content) < 1536 else None
