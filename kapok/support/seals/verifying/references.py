"""Step 1: whether every part the reader shows is the one that was signed, and whether anything shown was not signed at all."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _

from kapok.kernel.crypto.public import sm3
from kapok.kernel.ofd.public import Package, SignatureEntry
from kapok.support.seals.verifying.data import FAIL, PASS, UNKNOWN, Outcome, Warned
from kapok.support.seals.verifying.words import warning


def _of_hashlib(name: str) -> Callable[[bytes], bytes]:
    return lambda data: hashlib.new(name, data, usedforsecurity=False).digest()


@dataclass(frozen=True)
class Method:
    """A digest a file may name: by OID or, as many do, by name."""

    digest: Callable[[bytes], bytes]
    oid: str
    names: tuple[str, ...]
    weak: bool = False


METHODS = (
    Method(sm3, "1.2.156.10197.1.401", ("SM3",)),
    Method(_of_hashlib("sha256"), "2.16.840.1.101.3.4.2.1", ("SHA256", "SHA-256")),
    Method(_of_hashlib("sha384"), "2.16.840.1.101.3.4.2.2", ("SHA384", "SHA-384")),
    Method(_of_hashlib("sha512"), "2.16.840.1.101.3.4.2.3", ("SHA512", "SHA-512")),
    Method(_of_hashlib("sha1"), "1.3.14.3.2.26", ("SHA1", "SHA-1"), weak=True),
    Method(_of_hashlib("md5"), "1.2.840.113549.2.5", ("MD5", ""), weak=True),
)
"""The standard's default, where none is written, is MD5: it can be forged, so it proves nothing."""


@dataclass(frozen=True)
class Covered:
    """What step 1 found; `extended`: later signatures added something beside what this one covers."""

    outcome: Outcome
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)
    extended: bool = False
    warnings: tuple[Warned, ...] = ()


def judge_references(package: Package, entry: SignatureEntry, later: tuple[SignatureEntry, ...]) -> Covered:
    """Compare every protected part with its digest, and look for parts that are shown and protected by nothing.

    `later`: the signatures after this one in the list. The list itself may have changed when there are some.
    """
    if not entry.references:
        return Covered(FAIL, "none")
    method = method_named(entry.check_method)
    if method is None:
        return Covered(UNKNOWN, "method", {"method": entry.check_method[:60]})
    lists = _lists(package)
    missing, changed = _compared(package, entry, method)
    grown = [path for path in changed if path in lists] if later else []
    changed = [path for path in changed if path not in grown]
    warnings = _oddities(entry, method, lists)
    if missing:
        return Covered(FAIL, "missing", {"files": missing}, warnings=warnings)
    if changed:
        return Covered(FAIL, "changed", {"files": changed}, warnings=warnings)
    open_parts, stray, added = _uncovered(package, entry, later, lists)
    if open_parts:
        where = _roles(package, open_parts)
        return Covered(FAIL, "uncovered", {"files": open_parts, "where": where}, warnings=warnings)
    if stray:
        warnings += (warning("ofd.stray", files=stray),)
    if "OFD.xml" not in {reference.path for reference in entry.references}:
        warnings += (warning("ofd.root_unprotected"),)
    if method.weak:
        return Covered(UNKNOWN, "weak", {"method": method.names[0]}, warnings=warnings)
    if grown or added:
        data = {"later": [other.id for other in later], "changed": grown, "added": added}
        return Covered(PASS, "extended", data, extended=True, warnings=warnings)
    return Covered(PASS, "ok", {"count": len(entry.references)}, warnings=warnings)


def method_named(name: str) -> Method | None:
    """The digest meant by an OID or by a name in any case."""
    wanted = name.strip().upper()
    return next((method for method in METHODS if wanted == method.oid or wanted in method.names), None)


def _lists(package: Package) -> set[str]:
    """The lists of signatures, which each new one changes: nothing else may stand in them, or a page could call itself a list."""
    named = {document.signatures_path for document in package.documents if document.signatures_path}
    return {path for path in named if _is_list(package.source.tree(path))}


def _is_list(tree: Any) -> bool:
    if tree is None:
        return False
    names = [str(element.tag).rpartition("}")[2] for element in (tree, *tree)]
    return names[0] == "Signatures" and {*names[1:]} <= {"MaxSignId", "Signature"}


def _compared(package: Package, entry: SignatureEntry, method: Method) -> tuple[list[str], list[str]]:
    """Parts that are gone, and parts whose digest differs."""
    missing, changed = [], []
    for reference in entry.references:
        if reference.path is None:
            missing.append(reference.file_ref)
        elif reference.check_value is None or _digest(package, reference.path, method) != reference.check_value:
            changed.append(reference.path)
    return missing, changed


_known: WeakKeyDictionary[Package, dict[tuple[str, str], Any]] = WeakKeyDictionary()
"""What was computed of a package that is still in memory: a file may name one part a hundred thousand times."""


def _once(package: Package, what: str, of: str, compute: Callable[[], Any]) -> Any:
    known = _known.setdefault(package, {})
    if (what, of) not in known:
        known[what, of] = compute()
    return known[what, of]


def _digest(package: Package, path: str, method: Method) -> bytes:
    return bytes(_once(package, method.oid, path, lambda: method.digest(package.files[path])))


def _oddities(entry: SignatureEntry, method: Method, lists: set[str]) -> tuple[Warned, ...]:
    found: tuple[Warned, ...] = ()
    if entry.check_method != method.oid:
        found += (warning("ofd.method_name", method=entry.check_method),)
    if any(reference.path in lists for reference in entry.references):
        found += (warning("ofd.list_protected"),)
    return found


def _uncovered(
    package: Package, entry: SignatureEntry, later: tuple[SignatureEntry, ...], lists: set[str]
) -> tuple[list[str], list[str], list[str]]:
    """Parts no digest protects: those a reader shows or acts on, those nothing refers to, and those that later signatures brought."""
    covered = {reference.path for reference in entry.references}
    machinery = lists | {"OFD.xml"} | _parts_of(entry)
    earlier = {path for other in package.signatures if other not in later and other is not entry for path in _parts_of(other)}
    added = {path for other in later for path in _parts_of(other)}
    left = [path for path in package.files if path not in covered and path not in machinery and path not in earlier]
    brought = [path for path in left if path in added]
    rest = [path for path in left if path not in added]
    named = _once(package, "named", "", lambda: _named(package)) if rest else set()
    used = [path for path in rest if path.rpartition("/")[2].casefold() in named]
    return used, [path for path in rest if path not in used], brought


def _parts_of(entry: SignatureEntry) -> set[str]:
    return {path for path in (entry.path, entry.signed_value_path, entry.seal_path) if path}


def _named(package: Package) -> set[str]:
    """Every step, in small letters, of every path that stands anywhere in the XML of the package, as a reader would understand it.

    Read from the parsed parts, since a path may be written in another coding or with character references, and in whatever case.
    """
    found: set[str] = set()
    for path, part in package.files.items():
        tree = package.source.tree(path) if _may_be_xml(part) else None
        for element in tree.iter() if tree is not None else ():
            for text in (element.text, *element.attrib.values()):
                found.update(str(text or "").strip().replace("\\", "/").casefold().split("/"))
    return found


def _may_be_xml(part: bytes) -> bool:
    """Whether a parser could take it for XML, in any coding whose first sign is `<`."""
    return part[:64].translate(None, b"\0\xef\xbb\xbf\xfe\xff \t\r\n")[:1] in (b"<", b"\x4c")


def _roles(package: Package, paths: list[str]) -> list[str]:
    """Where the open parts show, in words of the reader: page numbers where they are pages."""
    pages = {page.path: page.number for page in package.pages}
    numbers = sorted(pages[path] for path in paths if path in pages)
    said = [_("第 {page} 页").format(page=number) for number in numbers]
    if any(path not in pages for path in paths):
        said.append(_("页面引用的资源或附件"))
    return said
