"""A page as a picture in a page of the web: glyph outlines, paths and pictures as SVG, the same shapes the file will have."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape

from kapok.kernel.ofd.fonts import Face, runs
from kapok.kernel.ofd.pages import Anchor, Drawing, Item, Page, Path, Picture, TextLine
from kapok.kernel.ofd.writing.objects import remembered, steps_of
from kapok.kernel.ofd.writing.xml import number, place


def svg_of(page: Page, drawing: Drawing | None = None, *, title: str = "", anchors: bool = False, prefix: str = "g") -> str:
    """The page as one `<svg>`, safe to stand inside a page: no scripts, no styles, every text escaped.

    With the drawing given, the page's template page is drawn too, and `anchors` shows the places left free. `prefix` keeps the ids of
    several pictures on one page apart. It is as wide as what it stands in.
    """
    picture = _Svg(prefix)
    sheets = [one for one in (drawing.templates if drawing else ()) if one.key == page.template]
    for sheet in sheets:
        if not sheet.foreground:
            picture.add(sheet.items)
    picture.add(page.items)
    for sheet in sheets:
        if sheet.foreground:
            picture.add(sheet.items)
    if drawing and anchors:
        here = drawing.pages.index(page) + 1 if page in drawing.pages else 1
        picture.body += [_anchor(one) for one in drawing.anchors.values() if one.page == here]
    return picture.whole(page, title)


class _Svg:
    """One picture being drawn: each glyph's outline stands once and is used wherever it appears."""

    def __init__(self, prefix: str) -> None:
        self.prefix, self.body, self.outlines = prefix, list[str](), dict[tuple[str, str], str]()

    def add(self, items: Iterable[Item]) -> None:
        for item in items:
            if isinstance(item, TextLine):
                self.body.append(self.text(item))
            elif isinstance(item, Path):
                self.body.append(path_svg(item))
            else:
                self.body.append(_picture(item))

    def text(self, line: TextLine) -> str:
        """The characters as outlines, at the places their steps give."""
        if not line.text:
            return ""
        starts = [0.0]
        for move in steps_of(line):
            starts.append(starts[-1] + move)
        used = ""
        for face, first, end in runs(line.text, line.font):
            scale = number_of(line.size / face.em)
            for index in range(first, end):
                outline = self.outline(face, line.text[index])
                if outline:
                    x, y = (0.0, starts[index]) if line.down else (starts[index], 0.0)
                    used += f'<use href="#{outline}" transform="translate({number(x)} {number(y)}) scale({scale} -{scale})"/>'
        turn = f" rotate({number(line.angle)})" if line.angle else ""
        place_ = f'transform="translate({number(line.x)} {number(line.y)}){turn}"'
        return f'<g fill="{escape(line.colour)}" {place_}{_opacity(line.opacity)}>{used}</g>'

    def outline(self, face: Face, character: str) -> str:
        key = (face.key, character)
        if key not in self.outlines:
            self.outlines[key] = face.outline(character)
        return f"{self.prefix}-{'b' if face.weight == 'bold' else 'r'}{ord(character):x}" if self.outlines[key] else ""

    def whole(self, page: Page, title: str) -> str:
        outlines = "".join(
            f'<path id="{self.prefix}-{"b" if key.endswith("-bold") else "r"}{ord(character):x}" d="{outline}"/>'
            for (key, character), outline in self.outlines.items()
            if outline
        )
        said = escape(title or " ".join(item.text for item in page.items if isinstance(item, TextLine)))
        w, h = number(page.width), number(page.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="img" aria-label="{said}">'
            f'<defs>{outlines}</defs><rect width="{w}" height="{h}" fill="#ffffff"/>{"".join(self.body)}</svg>'
        )


def number_of(value: float) -> str:
    """A scale, finer than a length."""
    return f"{value:.7f}".rstrip("0")


def path_data(path: Path) -> str:
    """The drawing steps in the letters of SVG, which are ours."""
    return " ".join(" ".join((str(step), *(place(float(value)) for value in places))) for step, *places in path.commands)


def path_svg(path: Path) -> str:
    """One path as an element."""
    drawn = f' fill="{escape(path.fill)}"' if path.fill else ' fill="none"'
    drawn += ' fill-rule="evenodd"' if path.even_odd else ""
    if path.stroke:
        drawn += f' stroke="{escape(path.stroke)}" stroke-width="{number(path.width)}"'
        drawn += f' stroke-dasharray="{" ".join(map(number, path.dash))}"' if path.dash else ""
    return f'<path d="{remembered(path, path_data)}"{drawn}{_opacity(path.opacity)}/>'


def _picture(picture: Picture) -> str:
    kind = "png" if picture.content.startswith(b"\x89PNG") else "jpeg"
    where = f'x="{number(picture.x)}" y="{number(picture.y)}" width="{number(picture.width)}" height="{number(picture.height)}"'
    source = f"data:image/{kind};base64,{b64encode(picture.content).decode()}"
    return f'<image {where} preserveAspectRatio="none" href="{source}"{_opacity(picture.opacity)}/>'


def _anchor(anchor: Anchor) -> str:
    where = f'x="{number(anchor.x)}" y="{number(anchor.y)}" width="{number(anchor.width)}" height="{number(anchor.height)}"'
    return f'<rect {where} rx="1" fill="none" stroke="#b3261e" stroke-width="0.3" stroke-dasharray="1.5 1"/>'


def _opacity(value: float) -> str:
    return "" if value >= 1 else f' opacity="{number(value)}"'
