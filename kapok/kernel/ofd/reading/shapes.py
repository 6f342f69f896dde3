"""Numbers as OFD writes them: arrays with spaces, boxes, and matrices of six."""

import math
from dataclasses import dataclass

MOST = 1e6
"""Millimetres (or units) beyond which a number is nonsense."""


def number(word: str, default: float = 0.0) -> float:
    """A finite number; anything else is the default."""
    try:
        value = float(word)
    except ValueError:
        return default
    return value if math.isfinite(value) and abs(value) <= MOST else default


def numbers(words: str, most: int = 100_000) -> list[float]:
    """The numbers of an array; some vendors put commas between them."""
    return [number(word) for word in words.replace(",", " ").split(None, most)[:most]]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres (ST_Box)."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def read(cls, words: str) -> "Box | None":
        """None when it is not four numbers."""
        values = numbers(words, 8)
        return cls(*values) if len(values) == 4 else None

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0


Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def matrix(words: str) -> Matrix:
    """A CTM `a b c d e f`; what is not six numbers changes nothing."""
    values = numbers(words, 8)
    if len(values) != 6:
        return IDENTITY
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies `first`, then `then`."""
    a, b, c, d, e, f = first
    k, m, n, p, q, r = then
    return a * k + b * n, a * m + b * p, c * k + d * n, c * m + d * p, e * k + f * n + q, e * m + f * p + r


def applied(by: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def moved(x: float, y: float) -> Matrix:
    return 1.0, 0.0, 0.0, 1.0, x, y


def around(by: Matrix, box: Box) -> Box:
    """The upright box that holds `box` after the matrix."""
    corners = [
        applied(by, x, y)
        for x, y in ((box.x, box.y), (box.x + box.width, box.y), (box.x, box.y + box.height), (box.x + box.width, box.y + box.height))
    ]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    return Box(left, top, max(x for x, _ in corners) - left, max(y for _, y in corners) - top)


def steps(words: str, count: int) -> list[float]:
    """`DeltaX`/`DeltaY` spelt out: "g 3 2.5" is 2.5 three times; too few are continued with the last, as vendors mean it."""
    found: list[float] = []
    pieces = words.replace(",", " ").split(None, 3 * count + 8)
    at = 0
    while at < len(pieces) and len(found) < count:
        if pieces[at] == "g" and at + 2 < len(pieces):
            times_, value = int(number(pieces[at + 1])), number(pieces[at + 2])
            found += [value] * max(0, min(times_, count - len(found)))
            at += 3
        else:
            found.append(number(pieces[at]))
            at += 1
    if found and len(found) < count:
        found += [found[-1]] * (count - len(found))
    return found[:count]
