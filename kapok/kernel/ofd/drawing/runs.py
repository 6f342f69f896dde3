"""Where each character of a text object stands: the one reading that drawing, copying and searching share."""

from dataclasses import dataclass

from kapok.kernel.ofd.reading.markup import Element, attribute, local
from kapok.kernel.ofd.reading.shapes import number, numbers, steps

MOST = 20_000
"""Characters of one text object."""


@dataclass(frozen=True)
class Run:
    """The characters of one TextCode with their origins in the object's space, and glyphs where the file names them."""

    characters: str
    xs: list[float]
    ys: list[float]
    glyphs: dict[int, int]
    placed: bool
    """Whether the file gives steps; without them the font's own advances count."""


@dataclass(frozen=True)
class TextStyle:
    """What a TextObject says of all its characters; angles in degrees."""

    size: float
    scale: float
    char_angle: int
    read_angle: int
    weight: int
    italic: bool


def style_of(unit: Element) -> TextStyle:
    return TextStyle(
        size=number(attribute(unit, "Size")),
        scale=number(attribute(unit, "HScale", "1"), 1) or 1.0,
        char_angle=int(number(attribute(unit, "CharDirection"))) % 360,
        read_angle=int(number(attribute(unit, "ReadDirection"))) % 360,
        weight=int(number(attribute(unit, "Weight", "400"), 400)),
        italic=attribute(unit, "Italic").lower() == "true",
    )


def runs_of(unit: Element) -> list[Run]:
    """The runs of a text object in order. A missing X or Y is the one of the run before."""
    codes = [found for found in unit if local(found) == "TextCode"]
    transforms = _transforms(unit, [code.text or "" for code in codes])
    found: list[Run] = []
    x = y = 0.0
    for at, code in enumerate(codes):
        words = flat(code.text or "")[:MOST]
        x, y = number(attribute(code, "X"), x), number(attribute(code, "Y"), y)
        glyphs = transforms[at]
        count = max(len(words), max(glyphs, default=-1) + 1)
        dx, dy = (steps(attribute(code, name), max(0, count - 1)) for name in ("DeltaX", "DeltaY"))
        found.append(Run(words, _summed(x, dx, count), _summed(y, dy, count), glyphs, bool(dx or dy) or count < 2))
    return found


def advances(style: TextStyle, run: Run, widths: list[float]) -> tuple[list[float], list[float]]:
    """Origins by the widths of the characters (in ems), along the direction of reading."""
    xs, ys = [run.xs[0]], [run.ys[0]]
    across, down = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}.get(style.read_angle, (1, 0))
    for width in widths[:-1]:
        step = width * style.size * style.scale
        xs.append(xs[-1] + across * step)
        ys.append(ys[-1] + down * step)
    return xs, ys


def rough_width(character: str) -> float:
    """The width of a character in ems when no font says it: half for Latin letters and figures."""
    return 0.5 if ord(character) < 0x2E80 else 1.0


def _summed(start: float, deltas: list[float], count: int) -> list[float]:
    values = [start]
    for delta in deltas[: max(0, count - 1)]:
        values.append(values[-1] + delta)
    return values + [values[-1]] * (count - len(values))


def flat(words: str) -> str:
    """Text on one line: what breaks it in the file is only how the file is written."""
    return words.replace("\r\n", "\n").replace("\n", " ").replace("\t", " ")


def _transforms(unit: Element, texts: list[str]) -> list[dict[int, int]]:
    """Glyphs by position for each TextCode. Transforms before the first one count through all of them, as its text would."""
    starts, total = [], 0
    for words in texts:
        starts.append(total)
        total += len(words)
    found: list[dict[int, int]] = [{} for _ in texts]
    at = -1
    single = len(texts) == 1
    for part in unit:
        name = local(part)
        if name == "TextCode":
            at += 1
        elif name == "CGTransform" and texts:
            place = int(number(attribute(part, "CodePosition")))
            glyphs = next((numbers((inner.text or ""), MOST) for inner in part if local(inner) == "Glyphs"), [])
            codes = min(int(number(attribute(part, "CodeCount", "1"), 1)), MOST)
            _take(found, starts, 0 if single else at, place, [*glyphs, *[-1.0] * (codes - len(glyphs))])
    return found


def _take(found: list[dict[int, int]], starts: list[int], at: int, place: int, glyphs: list[float]) -> None:
    """`at` is the TextCode before the transform; it belongs to the next one, or to all when it stands first."""
    if not 0 <= place < MOST:
        return
    run = min(at + 1, len(found) - 1) if at >= 0 and len(found) > 1 else 0
    if at < 0 and len(found) > 1:
        run = max(number_ for number_, start in enumerate(starts) if start <= place)
        place -= starts[run]
    for step, glyph in enumerate(glyphs[:MOST]):
        found[run][place + step] = int(glyph)
