"""A seal (签章) or a digital signature (数字签名) added to a package (GB/T 33190 clause 18).

What is protected is every part but the list of signatures, so that a later seal may stand beside an earlier one; the parts of
earlier signatures are protected too. Outside the folder of signatures nothing changes, except that a file that had no signature
yet gets the line in OFD.xml which says where the list lies.
"""

import posixpath
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from lxml import etree

from kapok.kernel.crypto.public import sm3
from kapok.kernel.ofd.limits import LIMITS, Limits
from kapok.kernel.ofd.reading import markup
from kapok.kernel.ofd.reading.departures import Departures
from kapok.kernel.ofd.reading.locations import Locations
from kapok.kernel.ofd.reading.zipped import unzip
from kapok.kernel.ofd.refusals import OfdRefused
from kapok.kernel.ofd.repacking import repacked
from kapok.kernel.ofd.writing.xml import HEAD, NAMESPACE, box, quote

SM3_METHOD, SM2_METHOD = "1.2.156.10197.1.401", "1.2.156.10197.1.501"
PROVIDER = ("Kapok", "1.0", "Kapok")
"""Name, version and maker of the software, as a signature names it."""

Make = Callable[[bytes, str], bytes]
"""Gives SignedValue.dat for Signature.xml and the path under which it lies (propertyInfo)."""
Kind = Literal["Seal", "Sign"]


@dataclass(frozen=True)
class StampAt:
    """Where a seal stands on a page: page from 1, millimetres from the page's upper left corner, and which part of it shows there."""

    page: int
    x: float
    y: float
    width: float
    height: float
    clip: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class _Target:
    """The package as far as a new signature must know it."""

    parts: dict[str, bytes]
    page_ids: tuple[str, ...]
    list_path: str
    listed: etree._Element | None
    folder: str

    @property
    def signature_path(self) -> str:
        return f"{self.folder}/Signature.xml"


def add_signature(
    ofd: bytes,
    make: Make,
    *,
    seal_der: bytes | None = None,
    stamps: Sequence[StampAt] = (),
    at: datetime,
    kind: Kind = "Seal",
    provider: tuple[str, str, str] = PROVIDER,
    method: str = SM2_METHOD,
    limits: Limits = LIMITS,
) -> bytes:
    """The package with one more signature; `make` signs. Refuses what `read_ofd` refuses, and a stamp on a page there is not.

    Equal input gives equal bytes, apart from what `make` gives.
    """
    target = _target(ofd, limits)
    taken = _identifiers(target)
    own: dict[str, bytes] = {}
    if seal_der is not None:
        own[f"{target.folder}/Seal.esl"] = seal_der
    ids = iter(taken.after(1 + len(stamps)))
    signature_id = next(ids)
    placed = "".join(_stamp(stamp, next(ids), target.page_ids) for stamp in stamps)
    xml = _signature_xml(target, own, placed, at, provider, method)
    own[target.signature_path] = xml
    own[f"{target.folder}/SignedValue.dat"] = make(xml, f"/{target.signature_path}")
    changed = own | {target.list_path: _list_xml(target, signature_id, kind, taken.last(1 + len(stamps)))}
    if target.listed is None:
        changed["OFD.xml"] = target.parts["OFD.xml"]
    return repacked(ofd, changed)


def _target(ofd: bytes, limits: Limits) -> _Target:
    warnings = Departures()
    parts = unzip(ofd, limits, warnings)
    where = Locations(parts, warnings)
    root = _root_of(parts, "OFD.xml", limits)
    body = markup.child(root, "DocBody")
    document_path = where.find(markup.text(body, "DocRoot"), "OFD.xml")
    if document_path is None:
        raise OfdRefused("ofd.no_document", path="DocRoot")
    pages = markup.child(_root_of(parts, document_path, limits), "Pages")
    page_ids = tuple(markup.attribute(page, "ID") for page in markup.children(pages, "Page"))
    folder = posixpath.join(posixpath.dirname(document_path), "Signs")
    named = markup.text(body, "Signatures")
    listed_at = where.find(named, "OFD.xml") if named else None
    if named and listed_at is None:
        raise OfdRefused("ofd.damaged", path=named)
    if listed_at is not None:
        folder = posixpath.dirname(listed_at)
        listed = _root_of(parts, listed_at, limits)
    else:
        listed = None
        if "OFD.xml" in parts:
            parts = parts | {"OFD.xml": _named_in_root(parts["OFD.xml"], f"{folder}/Signatures.xml")}
    return _Target(parts, page_ids, listed_at or f"{folder}/Signatures.xml", listed, _free_folder(folder, parts))


def _root_of(parts: dict[str, bytes], path: str, limits: Limits) -> etree._Element:
    if path not in parts:
        raise OfdRefused("ofd.no_document", path=path)
    try:
        return markup.parse(parts[path], path, limits)
    except markup.NotXml as error:
        raise OfdRefused("ofd.xml", path=path) from error


def _free_folder(folder: str, parts: dict[str, bytes]) -> str:
    """The first `Sign_n` no part lies in, whatever the case of its letters."""
    used = {path.casefold() for path in parts}
    number = 0
    while any(path.startswith(f"{folder}/Sign_{number}/".casefold()) for path in used):
        number += 1
    return f"{folder}/Sign_{number}"


@dataclass(frozen=True)
class _Identifiers:
    """Numbers of signatures and stamps, counted on in the manner the file began: "3" or "s003"."""

    prefix: str
    width: int
    highest: int

    def after(self, count: int) -> list[str]:
        return [self._written(self.highest + step) for step in range(1, count + 1)]

    def last(self, count: int) -> str:
        return self._written(self.highest + count)

    def _written(self, number: int) -> str:
        return f"{self.prefix}{number:0{self.width}d}"


def _identifiers(target: _Target) -> _Identifiers:
    if target.listed is None:
        return _Identifiers("s", 3, 0)
    entries = markup.children(target.listed, "Signature")
    seen = [markup.text(target.listed, "MaxSignId"), *(markup.attribute(entry, "ID") for entry in entries)]
    found = [match for text in seen if (match := re.fullmatch(r"([A-Za-z_]*)(\d{1,9})", text))]
    if not found:
        return _Identifiers("s", 3, len(seen))
    top = max(found, key=lambda match: int(match[2]))
    return _Identifiers(top[1], len(top[2]) if top[1] or top[2].startswith("0") else 0, int(top[2]))


def _stamp(stamp: StampAt, number: str, page_ids: tuple[str, ...]) -> str:
    if not 1 <= stamp.page <= len(page_ids):
        raise OfdRefused("ofd.no_page", page=stamp.page)
    clip = f' Clip="{box(*stamp.clip)}"' if stamp.clip else ""
    place = box(stamp.x, stamp.y, stamp.width, stamp.height)
    return f'<ofd:StampAnnot ID="{number}" PageRef="{quote(page_ids[stamp.page - 1])}" Boundary="{place}"{clip}/>'


def _signature_xml(target: _Target, own: dict[str, bytes], placed: str, at: datetime, provider: tuple[str, str, str], method: str) -> bytes:
    protected = {path: part for path, part in target.parts.items() if path != target.list_path} | own
    references = "".join(
        f'<ofd:Reference FileRef="/{quote(path)}"><ofd:CheckValue>{b64encode(sm3(part)).decode()}</ofd:CheckValue></ofd:Reference>'
        for path, part in protected.items()
    )
    name, version, company = map(quote, provider)
    seal = f"<ofd:Seal><ofd:BaseLoc>/{quote(next(iter(own)))}</ofd:BaseLoc></ofd:Seal>" if own else ""
    return (
        f'{HEAD}<ofd:Signature xmlns:ofd="{NAMESPACE}"><ofd:SignedInfo>'
        f'<ofd:Provider ProviderName="{name}" Version="{version}" Company="{company}"/>'
        f"<ofd:SignatureMethod>{method}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{at.astimezone(UTC):%Y%m%d%H%M%SZ}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{SM3_METHOD}">{references}</ofd:References>{placed}{seal}</ofd:SignedInfo>'
        f"<ofd:SignedValue>/{quote(target.folder)}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


def _list_xml(target: _Target, signature_id: str, kind: Kind, highest: str) -> bytes:
    """The list of signatures with the new one at its end; what others wrote in it stays."""
    listed = target.listed
    if listed is None:
        listed = etree.fromstring(f'<ofd:Signatures xmlns:ofd="{NAMESPACE}"><ofd:MaxSignId/></ofd:Signatures>')
    space = etree.QName(listed).namespace or ""
    tag = f"{{{space}}}" if space else ""
    counter = markup.child(listed, "MaxSignId")
    if counter is None:
        counter = etree.SubElement(listed, f"{tag}MaxSignId")
    counter.text = highest
    etree.SubElement(listed, f"{tag}Signature", ID=signature_id, Type=kind, BaseLoc=f"/{target.signature_path}")
    return HEAD.encode() + bytes(etree.tostring(listed, encoding="UTF-8", xml_declaration=False))


def _named_in_root(root: bytes, list_path: str) -> bytes:
    """OFD.xml with the line that says where the list lies, put at the end of the first body; every other byte stays."""
    found = re.search(rb"</([A-Za-z_][\w.-]*:)?DocBody\s*>", root)
    if found is None:
        raise OfdRefused("ofd.xml", path="OFD.xml")
    prefix = found[1] or b""
    line = b"<%sSignatures>/%s</%sSignatures>" % (prefix, quote(list_path).encode(), prefix)
    return root[: found.start()] + line + root[found.start() :]
