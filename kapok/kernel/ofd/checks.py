"""The validator: what in a package departs from GB/T 33190, found by walking all of it; nothing is mended."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.ofd.package import Package
from kapok.kernel.ofd.reading.departures import Departure
from kapok.kernel.ofd.reading.document import page_area
from kapok.kernel.ofd.reading.entries import DocumentEntry, PageEntry, Resources
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, local, text
from kapok.kernel.ofd.reading.resources import read_resources
from kapok.kernel.ofd.reading.shapes import Box
from kapok.kernel.ofd.reading.shapes import number as number_of

ERROR, NOTE = "error", "note"
LARGEST = 20_000.0
"""Millimetres of a page's side beyond which the unit is not the millimetre."""
SMALLEST = 5.0

SAYS: dict[str, tuple[str, Any]] = {
    "ofd.check.no_pages": (ERROR, _("文档没有页面")),
    "ofd.check.part_missing": (ERROR, _("引用的部件不存在")),
    "ofd.check.part_broken": (ERROR, _("部件不是合格的 XML")),
    "ofd.check.root": (ERROR, _("部件的根元素不是标准规定的")),
    "ofd.check.id_missing": (ERROR, _("元素没有标识")),
    "ofd.check.id_twice": (ERROR, _("同一标识用了两次")),
    "ofd.check.id_form": (ERROR, _("标识不是正整数")),
    "ofd.check.id_above_max": (ERROR, _("标识大于 MaxUnitID")),
    "ofd.check.reference": (ERROR, _("引用的标识不存在")),
    "ofd.check.page_box": (ERROR, _("页面区域无效，长度单位应为毫米")),
    "ofd.check.box_missing": (ERROR, _("页面与文档都没有写明页面区域")),
    "ofd.check.boundary": (ERROR, _("图元缺少有效的外接矩形")),
    "ofd.check.number": (ERROR, _("数值无效")),
    "ofd.check.namespace": (ERROR, _("命名空间不是 http://www.ofdspec.org/2016")),
    "ofd.check.departure": (NOTE, _("与标准写法不同，仍可阅读")),
}
ROOTS = {"Page": ("Page",), "Annotation": ("PageAnnot",), "Template": ("Page",)}
REFERENCES = {"Font": "fonts", "DrawParam": "draw_params", "ColorSpace": "colour_spaces"}


@dataclass(frozen=True)
class Finding:
    """A fault or a note: its code, the part it stands in, and the value met there."""

    code: str
    path: str = ""
    value: str = ""

    @property
    def severity(self) -> str:
        return SAYS[self.code][0]

    @property
    def says(self) -> Any:
        return SAYS[self.code][1]


def check_ofd(package: Package, most: int = 500) -> list[Finding]:
    """Every fault once, errors before notes."""
    found: dict[Finding, None] = {}
    for finding in _all(package):
        found.setdefault(finding)
        if len(found) >= most:
            break
    return sorted(found, key=lambda finding: (finding.severity != ERROR, finding.path))


def is_sound(package: Package) -> bool:
    """Whether the validator finds no error (notes do not count)."""
    return not any(finding.severity == ERROR for finding in check_ofd(package))


def _all(package: Package) -> Iterator[Finding]:
    for document in package.documents:
        if not document.pages:
            yield Finding("ofd.check.no_pages", document.path)
        yield from _document(package, document)
    for attachment in package.attachments:
        if attachment.path is None:
            yield Finding("ofd.check.part_missing", "", attachment.name)
    yield from _departures(package)


def _document(package: Package, document: DocumentEntry) -> Iterator[Finding]:
    source = package.source
    root = source.tree(document.path)
    common = child(root, "CommonData")
    ids: Counter[str] = Counter()
    yield from _area(common, "PageArea", document.path)
    for place in children(common, "PublicRes", "DocumentRes"):
        path = source.follow(place.text or "", document.path)
        yield from _resource_part(package, path, ids)
    for template in document.templates.values():
        ids[template.id] += 1
        yield from _content_part(package, document, template.path, "Template", ids, template.id)
    for page in document.pages:
        ids[page.id] += 1
        yield from _page(package, document, page, common, ids)
    for number in ids:
        yield from _id(number, ids[number], document)


def _id(number: str, count: int, document: DocumentEntry) -> Iterator[Finding]:
    if count > 1 and number:
        yield Finding("ofd.check.id_twice", document.path, number)
    if not number:
        return
    if not (number.isascii() and number.isdigit()):
        yield Finding("ofd.check.id_form", document.path, number[:20])
    elif document.max_unit_id is not None and len(number) < 12 and int(number) > document.max_unit_id:
        yield Finding("ofd.check.id_above_max", document.path, number)


def _page(package: Package, document: DocumentEntry, page: PageEntry, common: Element | None, ids: Counter[str]) -> Iterator[Finding]:
    yield from _content_part(package, document, page.path, "Page", ids, page.id)
    root = package.source.tree(page.path)
    if root is None or page.path is None:
        return
    yield from _area(root, "Area", page.path)
    if page_area(root, "Area") is None and page_area(common, "PageArea") is None:
        yield Finding("ofd.check.box_missing", page.path)
    for use in children(root, "Template"):
        if attribute(use, "TemplateID") not in document.templates:
            yield Finding("ofd.check.reference", page.path, f"Template {attribute(use, 'TemplateID')}")
    for path in document.annotations.get(page.id, ()):
        yield from _content_part(package, document, path, "Annotation", ids, page.id)


def _area(holder: Element | None, name: str, path: str) -> Iterator[Finding]:
    for kind in children(child(holder, name)):
        box = Box.read(text(kind))
        sides = (box.width, box.height) if box is not None else (0.0, 0.0)
        if any(not SMALLEST <= side <= LARGEST for side in sides):
            yield Finding("ofd.check.page_box", path, f"{local(kind)} {text(kind)[:40]}")


def _resource_part(package: Package, path: str | None, ids: Counter[str]) -> Iterator[Finding]:
    root = package.source.tree(path)
    if path is None or root is None:
        if path is not None:
            yield Finding("ofd.check.part_broken", path)
        return
    if local(root) != "Res":
        yield Finding("ofd.check.root", path, local(root))
    for group in children(root):
        for thing in children(group):
            ids[attribute(thing, "ID")] += 1
            if not attribute(thing, "ID"):
                yield Finding("ofd.check.id_missing", path, local(thing))


def _content_part(
    package: Package, document: DocumentEntry, path: str | None, kind: str, ids: Counter[str], name: str
) -> Iterator[Finding]:
    if path is None:
        yield Finding("ofd.check.part_missing", document.path, f"{kind} {name}")
        return
    root = package.source.tree(path)
    if root is None:
        yield Finding("ofd.check.part_broken", path)
        return
    if local(root) not in ROOTS[kind]:
        yield Finding("ofd.check.root", path, local(root))
    resources = document.resources
    for place in children(root, "PageRes"):
        resources = resources.joined(read_resources(package.source, package.source.follow(place.text or "", path)))
    for unit in root.iter("{*}TextObject", "{*}PathObject", "{*}ImageObject", "{*}CompositeObject", "{*}Layer", "{*}Annot"):
        yield from _unit(unit, local(unit), path, resources, ids)


def _unit(unit: Element, kind: str, path: str, resources: Resources, ids: Counter[str]) -> Iterator[Finding]:
    number = attribute(unit, "ID")
    ids[number] += 1
    if not number:
        yield Finding("ofd.check.id_missing", path, kind)
    if kind not in ("Layer", "Annot") and (box := Box.read(attribute(unit, "Boundary"))) is None:
        yield Finding("ofd.check.boundary", path, f"{kind} {number} {box or ''}".strip())
    if kind == "TextObject" and number_of(attribute(unit, "Size")) <= 0:
        yield Finding("ofd.check.number", path, f"Size {attribute(unit, 'Size')}"[:40])
    for name, group in REFERENCES.items():
        key = attribute(unit, name)
        if key and key not in getattr(resources, group):
            yield Finding("ofd.check.reference", path, f"{name} {key}")
    for colour in children(unit, "FillColor", "StrokeColor"):
        key = attribute(colour, "ColorSpace")
        if key and key not in resources.colour_spaces:
            yield Finding("ofd.check.reference", path, f"ColorSpace {key}")
    if kind in ("ImageObject", "CompositeObject"):
        key = attribute(unit, "ResourceID")
        if key not in (resources.media if kind == "ImageObject" else resources.composites):
            yield Finding("ofd.check.reference", path, f"ResourceID {key}")


def _departures(package: Package) -> Iterator[Finding]:
    """What the reader noticed: a missing part is a fault, a namespace of another standard too, the rest is worth a note."""
    as_error = {
        "ofd.file_missing": "ofd.check.part_missing",
        "ofd.xml_broken": "ofd.check.part_broken",
        "ofd.namespace_other": "ofd.check.namespace",
    }
    as_error["ofd.namespace_missing"] = "ofd.check.namespace"
    for departure in package.warnings:
        code = as_error.get(departure.code, "ofd.check.departure")
        yield Finding(code, departure.path, _shown(departure) if code == "ofd.check.departure" else departure.value)


def _shown(departure: Departure) -> str:
    return f"{departure.code} {departure.value}".strip()
