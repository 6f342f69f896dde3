"""Signatures.xml and what it lists, as described by the file. Verifying is not done here."""

import base64
import binascii

from kapok.kernel.ofd.reading.entries import DocumentEntry, Reference, SignatureEntry, Stamp
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, text
from kapok.kernel.ofd.reading.shapes import Box
from kapok.kernel.ofd.reading.source import Source
from kapok.kernel.ofd.refusals import OfdRefused

MOST = 500


def read_signatures(source: Source, document: DocumentEntry) -> tuple[SignatureEntry, ...]:
    """The signatures of one document, in the order of the list."""
    path = document.signatures_path
    found: list[SignatureEntry] = []
    for entry in children(source.tree(path), "Signature"):
        if len(found) >= MOST:
            raise OfdRefused("ofd.too_complex", path=path or "")
        where = source.follow(attribute(entry, "BaseLoc"), path or "")
        if where is not None and where == path:
            raise OfdRefused("ofd.cycle", path=where)
        if where is not None:
            found.append(_signature(source, entry, where, document))
    return tuple(found)


def _signature(source: Source, entry: Element, path: str, document: DocumentEntry) -> SignatureEntry:
    root = source.tree(path)
    info = child(root, "SignedInfo")
    provider, references = child(info, "Provider"), child(info, "References")
    seal_path = _file(source, text(child(info, "Seal"), "BaseLoc"), path)
    value_path = _file(source, text(root, "SignedValue"), path)
    if info is None or value_path is None:
        source.warnings.add("ofd.signature_incomplete", path)
    stamps = tuple(stamp for place in children(info, "StampAnnot") if (stamp := _stamp(source, place, path, document)))
    return SignatureEntry(
        id=attribute(entry, "ID"),
        type=_type(source, entry, path, bool(stamps)),
        path=path,
        signature_xml=source.parts[path],
        signed_value=source.parts[value_path] if value_path else None,
        signed_value_path=value_path,
        seal=source.parts[seal_path] if seal_path else None,
        seal_path=seal_path,
        references=tuple(_reference(source, place, path) for place in children(references, "Reference")),
        check_method=attribute(references, "CheckMethod"),
        stamps=stamps,
        method=text(info, "SignatureMethod"),
        signed_at=text(info, "SignatureDateTime"),
        provider=attribute(provider, "ProviderName"),
        company=attribute(provider, "Company"),
        version=attribute(provider, "Version"),
    )


def _file(source: Source, location: str, holder: str) -> str | None:
    return source.follow(location, holder) if location else None


def _type(source: Source, entry: Element, path: str, has_stamps: bool) -> str:
    kind = attribute(entry, "Type")
    if kind in ("Seal", "Sign"):
        return kind
    source.warnings.add("ofd.no_signature_type", path, kind)
    return "Seal" if has_stamps else "Sign"


def _stamp(source: Source, place: Element, path: str, document: DocumentEntry) -> Stamp | None:
    reference, box = attribute(place, "PageRef"), Box.read(attribute(place, "Boundary"))
    clip = attribute(place, "Clip")
    if box is None:
        source.warnings.add("ofd.stamp_place", path, attribute(place, "Boundary"))
        return None
    number = next((page.number for page in document.pages if page.id == reference), None)
    if number is None:
        source.warnings.add("ofd.stamp_place", path, reference)
    return Stamp(attribute(place, "ID"), reference, number, box, Box.read(clip) if clip else None)


def _reference(source: Source, place: Element, path: str) -> Reference:
    location, words = attribute(place, "FileRef"), text(place, "CheckValue")
    try:
        value: bytes | None = base64.b64decode("".join(words.split()), validate=True) if words else None
    except (binascii.Error, ValueError):
        value = None
    if value is None:
        source.warnings.add("ofd.check_value", path, location)
    return Reference(location, source.follow(location, path) if location else None, value)
