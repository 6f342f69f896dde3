"""AbbreviatedData: the letters S M L Q B A C and their numbers as an SVG path, with the box of its points."""

from kapok.kernel.ofd.drawing.marks import listed
from kapok.kernel.ofd.reading.shapes import Box, number

OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
LETTERS = {"S": "M", "M": "M", "L": "L", "Q": "Q", "B": "C", "A": "A", "C": "Z"}
MOST = 200_000


def path_of(words: str) -> tuple[str, Box | None]:
    """The `d` of an SVG path and the box of all its points; stops at the first operand that is missing."""
    tokens = words.replace(",", " ").split(None, MOST)[:MOST]
    pieces: list[str] = []
    xs: list[float] = []
    ys: list[float] = []
    at = 0
    while at < len(tokens):
        letter = tokens[at]
        count = OPERANDS.get(letter)
        at += 1
        if count is None:
            continue
        operands = [number(token) for token in tokens[at : at + count]]
        if len(operands) < count:
            break
        at += count
        if letter == "A":
            _arc(pieces, operands)
            operands = operands[5:]
        else:
            pieces.append(LETTERS[letter] + listed(operands))
        xs += operands[::2]
        ys += operands[1::2]
    if not xs:
        return "", None
    if not pieces[0].startswith("M"):
        pieces.insert(0, "M0 0")
    return "".join(pieces), Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _arc(pieces: list[str], operands: list[float]) -> None:
    """rx ry angle large sweep x y; flags are 0 or 1."""
    rx, ry, angle, large, sweep, x, y = operands
    pieces.append(f"A{listed([abs(rx), abs(ry), angle])} {int(large > 0)} {int(sweep > 0)} {listed([x, y])}")
