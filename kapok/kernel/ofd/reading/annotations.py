"""Annotations, attachments and custom tags: the lists beside the pages."""

from kapok.kernel.ofd.reading.entries import AttachedFile, CustomTag
from kapok.kernel.ofd.reading.markup import attribute, child, children, text
from kapok.kernel.ofd.reading.shapes import number
from kapok.kernel.ofd.reading.source import Source
from kapok.kernel.ofd.refusals import OfdRefused


def read_annotation_index(source: Source, location: str, holder: str) -> dict[str, tuple[str, ...]]:
    """Annotation parts by the id of their page."""
    path = source.follow(location, holder) if location else None
    found: dict[str, tuple[str, ...]] = {}
    for page in children(source.tree(path), "Page"):
        key = attribute(page, "PageID")
        for place in children(page, "FileLoc"):
            where = source.follow(place.text or "", path or "")
            if where is not None and where in (path, holder):
                raise OfdRefused("ofd.cycle", path=where)
            if where is not None and where not in found.get(key, ()):
                found[key] = (*found.get(key, ()), where)
    return found


def read_attachments(source: Source, document: str) -> tuple[AttachedFile, ...]:
    """The attachments a document lists."""
    root = source.tree(document)
    location = text(root, "Attachments")
    path = source.follow(location, document) if location else None
    found = []
    for entry in children(source.tree(path), "Attachment"):
        key, name = attribute(entry, "ID"), attribute(entry, "Name")
        if not key:
            source.warnings.add("ofd.id_missing", path or "", f"Attachment {name}")
        size = attribute(entry, "Size")
        found.append(
            AttachedFile(
                key,
                name,
                attribute(entry, "Format"),
                source.follow(text(entry, "FileLoc"), path or document),
                number(size) if size else None,
                attribute(entry, "CreationDate"),
                attribute(entry, "Visible", "true").lower() != "false",
            )
        )
    return tuple(found)


def read_custom_tags(source: Source, document: str) -> tuple[CustomTag, ...]:
    """The semantic indexes a document lists."""
    location = text(source.tree(document), "CustomTags")
    path = source.follow(location, document) if location else None
    found = []
    for tag in children(source.tree(path), "CustomTag"):
        kind = attribute(tag, "TypeID") or attribute(tag, "NameSpace")
        found.append(CustomTag(kind, source.follow(text(tag, "FileLoc"), path or document)))
    return tuple(found)


def read_extensions(source: Source, document: str) -> tuple[str, ...]:
    """Names of the programs that left extensions; what they mean is theirs."""
    location = text(source.tree(document), "Extensions")
    path = source.follow(location, document) if location else None
    return tuple(attribute(entry, "AppName") for entry in children(source.tree(path), "Extension"))


def has_outline(source: Source, document: str) -> bool:
    return child(source.tree(document), "Outlines") is not None
