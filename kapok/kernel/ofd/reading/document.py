"""OFD.xml and Document.xml: the bodies of a file, their pages, templates and what hangs on them."""

from kapok.kernel.ofd.reading.annotations import read_annotation_index
from kapok.kernel.ofd.reading.entries import DocumentEntry, Info, PageEntry, Resources, TemplateEntry
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, misspelt, text
from kapok.kernel.ofd.reading.resources import read_resources, refuse_composite_cycles
from kapok.kernel.ofd.reading.shapes import Box
from kapok.kernel.ofd.reading.source import Source
from kapok.kernel.ofd.refusals import OfdRefused

ENTRY = "OFD.xml"
A4 = Box(0, 0, 210, 297)


def read_documents(source: Source) -> tuple[DocumentEntry, ...]:
    """Every body that has a readable document; at least one, else the file is refused."""
    entry = source.locations.find(ENTRY, "")
    if entry is None:
        raise OfdRefused("ofd.no_document", path=ENTRY)
    root = source.tree(entry)
    if root is None:
        raise OfdRefused("ofd.xml", path=entry)
    if attribute(root, "DocType", "OFD").upper() not in ("OFD", "OFD-A"):
        source.warnings.add("ofd.doc_type", entry, attribute(root, "DocType"))
    found: list[DocumentEntry] = []
    pages = 0
    for body in children(root, "DocBody"):
        document = _body(source, body, entry, len(found), pages)
        if document is not None:
            found.append(document)
            pages += len(document.pages)
    if not found:
        raise OfdRefused("ofd.no_document", path="DocRoot")
    return tuple(found)


def _body(source: Source, body: Element, entry: str, index: int, before: int) -> DocumentEntry | None:
    path = source.follow(text(body, "DocRoot"), entry)
    if path == entry:
        raise OfdRefused("ofd.cycle", path=entry)
    root = source.tree(path)
    if root is None or path is None:
        if path is not None:
            raise OfdRefused("ofd.xml", path=path)
        return None
    info = child(body, "DocInfo")
    common = child(root, "CommonData")
    if common is None:
        common = root
    signatures = text(body, "Signatures")
    document = DocumentEntry(
        index=index,
        path=path,
        info=_info(info),
        custom_data=_custom_data(source, info, entry),
        resources=_resources(source, common, path),
        templates=_templates(source, common, path),
        annotations={},
        area=page_area(common, "PageArea") or A4,
        max_unit_id=_max_unit_id(source, common, path),
        signatures_path=source.follow(signatures, entry) if signatures else None,
    )
    _refuse_template_cycles(source, document)
    document.pages = _pages(source, root, document, before)
    document.annotations = read_annotation_index(source, text(root, "Annotations"), path)
    return document


def _info(info: Element | None) -> Info:
    keywords = tuple(word for entry in children(child(info, "Keywords"), "Keyword") if (word := (entry.text or "").strip()))
    names = ("DocID", "Title", "Author", "Subject", "Abstract", "CreationDate", "ModDate", "DocUsage")
    values = [text(info, name) if info is not None else "" for name in (*names, "Creator", "CreatorVersion")]
    doc_id, title, author, subject, abstract, created, modified, usage, creator, version = values
    return Info(doc_id, title, author, subject, abstract, created, modified, usage, keywords, creator, version)


def _custom_data(source: Source, info: Element | None, entry: str) -> dict[str, str]:
    """Name to value; the first of two equal names stands. A vendor's spelling is read and named."""
    found: dict[str, str] = {}
    for group in children(info, "CustomDatas"):
        for data in children(group, "CustomData"):
            if misspelt(data):
                source.warnings.add("ofd.spelling", entry, str(data.tag).rpartition("}")[2])
            found.setdefault(attribute(data, "Name"), "".join(data.itertext()).strip())
    return found


def _max_unit_id(source: Source, common: Element, path: str) -> int | None:
    words = text(common, "MaxUnitID")
    if not words.isascii() or not words.isdigit() or len(words) > 12:
        source.warnings.add("ofd.max_unit_id_missing", path, words)
        return None
    return int(words)


def _resources(source: Source, common: Element, path: str) -> Resources:
    found = Resources()
    for place in children(common, "PublicRes", "DocumentRes"):
        found = found.joined(read_resources(source, source.follow(place.text or "", path)))
    refuse_composite_cycles(found, path)
    return found


def _templates(source: Source, common: Element, path: str) -> dict[str, TemplateEntry]:
    found = {}
    for template in children(common, "TemplatePage"):
        key = attribute(template, "ID")
        where = source.follow(attribute(template, "BaseLoc"), path)
        _refuse_itself(where, path)
        found[key] = TemplateEntry(key, where, attribute(template, "ZOrder") == "Foreground")
    return found


def _pages(source: Source, root: Element, document: DocumentEntry, before: int) -> tuple[PageEntry, ...]:
    found: list[PageEntry] = []
    for page in children(child(root, "Pages"), "Page"):
        if before + len(found) >= source.limits.pages:
            raise OfdRefused("ofd.too_complex", path=document.path)
        key, where = attribute(page, "ID"), source.follow(attribute(page, "BaseLoc"), document.path)
        if not key:
            source.warnings.add("ofd.id_missing", document.path, "Page")
        _refuse_itself(where, document.path)
        number = before + len(found) + 1
        found.append(PageEntry(number, key, where, document.area, document.index))
    return tuple(found)


def page_area(holder: Element | None, name: str) -> Box | None:
    """The physical box of a PageArea or Area, or the first box it has."""
    area = child(holder, name)
    for kind in ("PhysicalBox", "ApplicationBox", "ContentBox"):
        box = Box.read(text(area, kind)) if area is not None else None
        if box is not None and not box.is_empty:
            return box
    return None


def _refuse_itself(where: str | None, holder: str) -> None:
    if where is not None and where in (holder, ENTRY):
        raise OfdRefused("ofd.cycle", path=where)


def _refuse_template_cycles(source: Source, document: DocumentEntry) -> None:
    """A template page may itself use templates; none may come back to itself."""
    leads: dict[str, list[str]] = {}
    for key, template in document.templates.items():
        root = source.tree(template.path)
        leads[key] = [attribute(used, "TemplateID") for used in children(root, "Template")]
    for start in leads:
        seen, waiting = set(), list(leads[start])
        while waiting:
            key = waiting.pop()
            if key == start:
                raise OfdRefused("ofd.cycle", path=document.templates[start].path or start)
            if key in leads and key not in seen:
                seen.add(key)
                waiting += leads[key]
