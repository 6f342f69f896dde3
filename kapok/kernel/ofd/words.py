"""The text of a file and where it stands: for copying, searching, and sealing at a keyword."""

from collections.abc import Iterator
from dataclasses import dataclass

from kapok.kernel.ofd.drawing.runs import Run, TextStyle, advances, flat, rough_width, runs_of, style_of
from kapok.kernel.ofd.package import Package
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, local
from kapok.kernel.ofd.reading.shapes import IDENTITY, Box, Matrix, around, matrix, moved, times

MOST_HITS = 1000


@dataclass(frozen=True)
class TextRun:
    """Characters that stand together on a page, with the box of each in millimetres of the page."""

    page: int
    characters: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Hit:
    """A place where the words searched for stand: the page, the box round them, and the line they stand in."""

    page: int
    box: Box
    line: str


def text_of(package: Package, page: int | None = None) -> str:
    """The text in the order of the file, a line for each run; template pages' text comes with each page that uses them."""
    numbers = [page] if page is not None else [entry.number for entry in package.pages]
    return "\n".join(line for number in numbers for content in _contents(package, number) for line in _lines(content))


def search(package: Package, words: str) -> list[Hit]:
    """Where words stand, spaces apart, whichever runs they are spread over (at most a thousand places)."""
    sought = "".join(words.split()).casefold()
    found: list[Hit] = []
    for entry in package.pages if sought else ():
        for places in _found(runs_on(package, entry.number), sought):
            found.append(places)
            if len(found) >= MOST_HITS:
                return found
    return found


def runs_on(package: Package, page: int) -> list[TextRun]:
    """The runs of a page, template pages first, each character with its box."""
    found: list[TextRun] = []
    for content in _contents(package, page):
        _collect(content, page, IDENTITY, found, package, 0)
    return found


def _contents(package: Package, page: int) -> list[Element]:
    """The contents of a page: its template pages', then its own."""
    entry = package.pages[page - 1] if 1 <= page <= len(package.pages) else package.page(page)
    root = package.source.tree(entry.path)
    uses = [attribute(use, "TemplateID") for use in list(children(root, "Template"))[:64]]
    templates = [template for key in uses if (template := package.documents[entry.document].templates.get(key))]
    pages = [package.source.tree(template.path) for template in templates]
    return [content for one in (*pages, root) if (content := child(one, "Content")) is not None]


def _lines(content: Element) -> Iterator[str]:
    for unit in content.iter("{*}TextObject"):
        if attribute(unit, "Visible").lower() != "false":
            for code in children(unit, "TextCode"):
                words = flat(code.text or "")
                if words.strip():
                    yield words


def _collect(block: Element | None, page: int, by: Matrix, found: list[TextRun], package: Package, depth: int) -> None:
    limits = package.source.limits
    for unit in children(block) if depth <= limits.depth else ():
        if len(found) > limits.objects:
            return
        kind = local(unit)
        if kind in ("Layer", "PageBlock"):
            _collect(unit, page, by, found, package, depth + 1)
        elif kind == "TextObject" and attribute(unit, "Visible").lower() != "false":
            box = Box.read(attribute(unit, "Boundary"))
            place = times(matrix(attribute(unit, "CTM")), moved(box.x, box.y) if box is not None else IDENTITY)
            found += [_placed(run, style_of(unit), page, times(place, by)) for run in runs_of(unit) if run.characters.strip()]


def _placed(run: Run, style: TextStyle, page: int, by: Matrix) -> TextRun:
    widths = [rough_width(character) for character in run.characters]
    xs, ys = (run.xs, run.ys) if run.placed else advances(style, run, widths)
    size = style.size
    boxes = tuple(
        around(by, Box(x, y - 0.88 * size, width * size * style.scale, 1.12 * size)) for x, y, width in zip(xs, ys, widths, strict=False)
    )
    return TextRun(page, run.characters, boxes)


def _found(runs: list[TextRun], sought: str) -> list[Hit]:
    """Matches in the characters of a page put together without spaces; a match may run from one run into the next."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for number, run in enumerate(runs):
        for at, character in enumerate(run.characters):
            folded = character.casefold()
            if not character.isspace():
                letters += list(folded)
                places += [(number, at)] * len(folded)
    text = "".join(letters)
    hits: list[Hit] = []
    at = text.find(sought)
    while at >= 0 and len(hits) < MOST_HITS:
        boxes = [runs[number].boxes[place] for number, place in places[at : at + len(sought)]]
        first = runs[places[at][0]]
        hits.append(Hit(first.page, _round_all(boxes), first.characters.strip()))
        at = text.find(sought, at + len(sought))
    return hits


def _round_all(boxes: list[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)
