"""A page as SVG: what the paper shows, in the order of its layers, with everything named that could not be shown.

The result stands inside a page of the house as it is: no style, no script, no address outside; ids begin with the prefix given.
Text can be selected, copied and searched even where the font is embedded and drawn as outlines.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from kapok.kernel.ofd.drawing.blocks import draw_block
from kapok.kernel.ofd.drawing.colours import Brush, brush_of
from kapok.kernel.ofd.drawing.faces import BadFont, Face, read_face
from kapok.kernel.ofd.drawing.lettering import SERIF
from kapok.kernel.ofd.drawing.marks import listed, mark
from kapok.kernel.ofd.drawing.pictures import NotShown
from kapok.kernel.ofd.drawing.sheet import NotDrawn, Sheet, TooMuch
from kapok.kernel.ofd.drawing.stamps import draw_stamps
from kapok.kernel.ofd.package import Package, read_ofd
from kapok.kernel.ofd.reading.entries import DocumentEntry, FontEntry, PageEntry, TemplateEntry
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children
from kapok.kernel.ofd.reading.resources import read_resources, refuse_composite_cycles
from kapok.kernel.ofd.reading.shapes import Box
from kapok.kernel.ofd.refusals import OfdRefused

LAYERS = ("Background", "Body", "Foreground")
SEAL_HREF = "#ofd-seal-"
PLAIN = Brush()
KEPT = 2 * 1024 * 1024
"""Fonts up to this size stay in memory for the next page."""


@dataclass(frozen=True)
class DrawnPage:
    """A page drawn: the SVG, its size in millimetres, and what is shown otherwise or not at all."""

    number: int
    svg: str
    box: Box
    not_drawn: tuple[NotDrawn, ...]


def page_svg(package: Package, number: int, *, prefix: str = "ofd", seal_href: str = SEAL_HREF) -> str:
    """The SVG of a page by its number from 1."""
    return draw_page(package, number, prefix=prefix, seal_href=seal_href).svg


def draw_page(package: Package, number: int, *, prefix: str = "ofd", seal_href: str = SEAL_HREF) -> DrawnPage:
    """The page with its list of what could not be drawn. Seals link to `seal_href` + their place among the signatures, from 1."""
    page = package.page(number)
    document = package.documents[page.document]
    root = package.source.tree(page.path)
    sheet = _Sheet(package, page, document, root, f"{prefix}-p{number}")
    pieces: list[str] = []
    try:
        _content(sheet, root, document, pieces)
        pieces.append(_annotations(sheet, document, page))
    except TooMuch:
        sheet.note("ofd.too_much")
    except RecursionError:
        sheet.note("ofd.too_deep")
    pieces.append(draw_stamps(sheet, package.signatures, seal_href))
    box = page.box
    ground = mark("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill="#fff")
    defs = mark("defs", "".join(sheet.defs.values())) if sheet.defs else ""
    svg = mark(
        "svg", defs + ground + "".join(pieces), xmlns="http://www.w3.org/2000/svg", id=sheet.prefix, class_="ofd-sheet",
        viewBox=listed([box.x, box.y, box.width, box.height]), width=f"{box.width:g}mm", height=f"{box.height:g}mm",
        font_family=SERIF, role="group", aria_label=_("第 %(number)d 页") % {"number": number},
    )  # fmt: skip
    return DrawnPage(number, svg, box, tuple(sheet.not_drawn))


class _Sheet(Sheet):
    """A sheet that knows its package."""

    def __init__(self, package: Package, page: PageEntry, document: DocumentEntry, root: Element | None, prefix: str) -> None:
        super().__init__(package.source, document.resources, page.number, prefix, package.source.limits, self._face)
        self._faces: dict[str, Face | None] = {}
        self.join_resources(root, page.path)

    def join_resources(self, root: Element | None, path: str | None) -> None:
        """What a page or template page brings along for itself (PageRes)."""
        for place in children(root, "PageRes"):
            where = self.source.follow(place.text or "", path or "")
            self.resources = self.resources.joined(read_resources(self.source, where))
            refuse_composite_cycles(self.resources, where or "")

    def _face(self, font: FontEntry) -> Face | None:
        if font.path is None:
            return None
        if font.path not in self._faces:
            try:
                program = self.source.parts[font.path]
                self._faces[font.path] = _kept_face(program) if len(program) <= KEPT else read_face(program)
            except BadFont:
                self._faces[font.path] = None
        return self._faces[font.path]

    def paper_in_paper(self, content: bytes, box: Box, prefix: str) -> str:
        """A seal whose picture is itself an OFD: its first page, stretched over the box."""
        if self.limits.nested < 1:
            raise NotShown("ofd.seal_picture", "OFD")
        try:
            inner = draw_page(read_ofd(content, self.limits.inside()), 1, prefix=prefix)
        except OfdRefused as why:
            raise NotShown("ofd.seal_picture", f"OFD {why.code}") from why
        for missing in inner.not_drawn:
            self.note(missing.code, missing.what)
        body = inner.svg.partition(">")[2].removesuffix("</svg>").replace('fill="#fff"/>', 'fill="none"/>', 1)
        view = listed([inner.box.x, inner.box.y, inner.box.width, inner.box.height])
        return mark("svg", body, x=box.x, y=box.y, width=box.width, height=box.height, viewBox=view, preserveAspectRatio="none")


@lru_cache(maxsize=8)
def _kept_face(program: bytes) -> Face:
    """Pages of a paper are asked for one by one, and its font is the same."""
    return read_face(program)


def _content(sheet: _Sheet, root: Element | None, document: DocumentEntry, pieces: list[str]) -> None:
    if root is None:
        sheet.note("ofd.page_missing")
        return
    used = list(_templates(sheet, root, document))
    pieces += [_layers(sheet, page) for page, foreground in used if not foreground]
    pieces.append(_layers(sheet, root))
    pieces += [_layers(sheet, page) for page, foreground in used if foreground]


def _templates(sheet: _Sheet, root: Element, document: DocumentEntry) -> list[tuple[Element, bool]]:
    """Template pages of a page with those they use themselves, each before what uses it, and whether they lie in front."""
    found: list[tuple[Element, bool]] = []
    for use in list(children(root, "Template"))[:64]:
        template: TemplateEntry | None = document.templates.get(attribute(use, "TemplateID"))
        page = sheet.source.tree(template.path) if template is not None else None
        if template is None or page is None:
            sheet.note("ofd.template_missing", attribute(use, "TemplateID"))
            continue
        order = attribute(use, "ZOrder")
        sheet.spend()
        sheet.join_resources(page, template.path)
        found += _templates(sheet, page, document)
        found.append((page, order == "Foreground" if order else template.foreground))
    return found


def _layers(sheet: _Sheet, root: Element) -> str:
    content = child(root, "Content")
    layers = list(children(content, "Layer"))
    ordered = sorted(layers, key=lambda layer: LAYERS.index(kind) if (kind := attribute(layer, "Type", "Body")) in LAYERS else 1)
    if not layers:  # some writers leave the layer out
        return draw_block(sheet, content, PLAIN)
    return "".join(draw_block(sheet, layer, brush_of(sheet, layer, PLAIN)) for layer in ordered)


def _annotations(sheet: _Sheet, document: DocumentEntry, page: PageEntry) -> str:
    drawn: list[str] = []
    for path in document.annotations.get(page.id, ()):
        for annotation in children(sheet.source.tree(path), "Annot"):
            appearance = child(annotation, "Appearance")
            if appearance is None or attribute(annotation, "Visible").lower() == "false":
                continue
            box = Box.read(attribute(appearance, "Boundary"))
            inner = draw_block(sheet, appearance, brush_of(sheet, appearance, PLAIN))
            place = f"translate({box.x:g} {box.y:g})" if box is not None else ""
            if inner:
                drawn.append(mark("g", inner, transform=place, class_="ofd-annotation"))
    return "".join(drawn)
