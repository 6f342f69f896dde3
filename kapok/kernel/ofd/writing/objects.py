"""Page items as the objects of a page's content: TextObject, PathObject, ImageObject."""

from collections.abc import Callable
from math import cos, radians, sin

from kapok.kernel.ofd.fonts import Face, runs
from kapok.kernel.ofd.pages import Command, Item, Path, Picture, TextLine
from kapok.kernel.ofd.writing.resources import Resources
from kapok.kernel.ofd.writing.xml import box, colour, escape, number, numbers, place, steps

_STEP = {"M": "M", "L": "L", "Q": "Q", "C": "B", "Z": "C"}
"""Our drawing steps and the letters of the standard's AbbreviatedData."""


def objects_of(items: tuple[Item, ...], resources: Resources, page: int) -> str:
    """The XML of a layer; ids are given in the order of the items."""
    parts: list[str] = []
    for item in items:
        if isinstance(item, TextLine):
            parts += _text(item, resources, page)
        elif isinstance(item, Path):
            parts.append(_path(item, resources, page))
        else:
            parts.append(_picture(item, resources, page))
    return "".join(parts)


def steps_of(line: TextLine) -> tuple[float, ...]:
    """The step from each character to the next, in millimetres; as many as characters less one."""
    if line.deltas:
        return line.deltas
    if line.down:
        return (line.size,) * (len(line.text) - 1)
    return tuple(
        face.advance(character) * line.size for face, start, end in runs(line.text, line.font) for character in line.text[start:end]
    )[:-1]


def _text(line: TextLine, resources: Resources, page: int) -> list[str]:
    """One object per stretch of one face; the stretches stand where the steps put them."""
    if not line.text:
        return []
    moves = steps_of(line)
    starts = [0.0]
    for move in moves:
        starts.append(starts[-1] + move)
    return [_run(line, resources, page, face, first, end, starts, moves) for face, first, end in runs(line.text, line.font)]


def _run(
    line: TextLine, resources: Resources, page: int, face: Face, first: int, end: int, starts: list[float], moves: tuple[float, ...]
) -> str:
    number_ = resources.next_id()
    resources.note(line.tag, page, number_)
    offset, text = starts[first], line.text[first:end]
    x, y = (line.x, line.y + offset) if line.down else (line.x + offset, line.y)
    last = starts[end - 1] - offset
    tail = face.advance(text[-1]) * line.size
    rise, fall = face.ascent * line.size, face.descent * line.size
    wide, high = (max(tail, line.size), last + rise + fall) if line.down else (last + tail, rise + fall)
    axis = "DeltaY" if line.down else "DeltaX"
    deltas = f' {axis}="{steps(moves[first : end - 1])}"' if end - first > 1 else ""
    if line.down and deltas:
        deltas += f' DeltaX="{steps([0.0] * (end - first - 1))}"'
    if line.angle:
        where, origin = _turned(line.x, line.y, offset, line.angle, line.down, rise, wide, high)
    else:
        where, origin = f'Boundary="{box(x, y - rise, wide, high)}"', (0.0, rise)
    return (
        f'<ofd:TextObject ID="{number_}" {where} Font="{resources.fonts[face]}" Size="{number(line.size)}"{_alpha(line.opacity)}>'
        f'<ofd:FillColor Value="{colour(line.colour)}"/>'
        f'<ofd:TextCode X="{number(origin[0])}" Y="{number(origin[1])}"{deltas}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _turned(
    x: float, y: float, offset: float, angle: float, down: bool, rise: float, wide: float, high: float
) -> tuple[str, tuple[float, float]]:
    """Boundary and CTM of a line turned about its beginning; the text itself stays at the object's own origin."""
    c, s = cos(radians(angle)), sin(radians(angle))
    left, top = (0.0, offset - rise) if down else (offset, -rise)
    corners = [(u * c - v * s, u * s + v * c) for u in (left, left + wide) for v in (top, top + high)]
    x0, y0 = min(u for u, _ in corners), min(v for _, v in corners)
    x1, y1 = max(u for u, _ in corners), max(v for _, v in corners)
    ctm = numbers((c, s, -s, c, -x0, -y0))
    return f'Boundary="{box(x + x0, y + y0, x1 - x0, y1 - y0)}" CTM="{ctm}"', (0.0, offset) if down else (offset, 0.0)


def _path(path: Path, resources: Resources, page: int) -> str:
    number_ = resources.next_id()
    resources.note(path.tag, page, number_)
    return f'<ofd:PathObject ID="{number_}" {remembered(path, _path_body)}</ofd:PathObject>'


def _path_body(path: Path) -> str:
    margin = path.width if path.stroke else 0.0
    x0, y0, x1, y1 = extent(path.commands)
    x0, y0, x1, y1 = x0 - margin, y0 - margin, x1 + margin, y1 + margin
    flags = f' LineWidth="{number(path.width)}"' if path.stroke else ' Stroke="false"'
    flags += ' Fill="true"' if path.fill else ""
    flags += ' Rule="Even-Odd"' if path.even_odd and path.fill else ""
    flags += f' DashPattern="{numbers(path.dash)}"' if path.dash and path.stroke else ""
    colours = f'<ofd:StrokeColor Value="{colour(path.stroke)}"/>' if path.stroke else ""
    colours += f'<ofd:FillColor Value="{colour(path.fill)}"/>' if path.fill else ""
    return (
        f'Boundary="{box(x0, y0, x1 - x0, y1 - y0)}"{flags}{_alpha(path.opacity)}>{colours}'
        f"<ofd:AbbreviatedData>{abbreviated(path.commands, x0, y0)}</ofd:AbbreviatedData>"
    )


_ORNAMENT, _MOST_REMEMBERED = 60, 256
_written: dict[tuple[int, str], tuple[Path, str]] = {}


def remembered(path: Path, write: Callable[[Path], str]) -> str:
    """What `write` makes of a path, kept for long ones: a frame's ornament is the same object on thousands of papers."""
    if len(path.commands) < _ORNAMENT:
        return write(path)
    key = (id(path), write.__qualname__)
    found = _written.get(key)
    if found and found[0] is path:
        return found[1]
    text = write(path)
    if len(_written) >= _MOST_REMEMBERED:
        _written.clear()
    _written[key] = (path, text)
    return text


def abbreviated(commands: tuple[Command, ...], x0: float, y0: float) -> str:
    """The steps in the standard's letters, relative to the object's corner."""
    words = []
    for step, *places in commands:
        words.append(_STEP[str(step)])
        for index in range(0, len(places), 2):
            words.append(place(places[index] - x0))
            words.append(place(places[index + 1] - y0))
    return " ".join(words)


def extent(commands: tuple[Command, ...]) -> tuple[float, float, float, float]:
    """The smallest box around all points, control points included."""
    across = [float(value) for _, *places in commands for value in places[::2]]
    along = [float(value) for _, *places in commands for value in places[1::2]]
    return min(across), min(along), max(across), max(along)


def _picture(picture: Picture, resources: Resources, page: int) -> str:
    number_ = resources.next_id()
    resources.note(picture.tag, page, number_)
    w, h = number(picture.width), number(picture.height)
    return (
        f'<ofd:ImageObject ID="{number_}" Boundary="{box(picture.x, picture.y, picture.width, picture.height)}" '
        f'CTM="{w} 0 0 {h} 0 0" ResourceID="{resources.pictures[picture.content]}"{_alpha(picture.opacity)}/>'
    )


def _alpha(opacity: float) -> str:
    return "" if opacity >= 1 else f' Alpha="{round(max(opacity, 0.0) * 255)}"'
