"""Contrast of two colours (WCAG 2.2, relative luminance), and the palette as data."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PALETTE = Path(__file__).with_name("tokens.toml")


@dataclass(frozen=True)
class Pair:
    """Two tokens that meet on a page, in one theme, and the least contrast they need."""

    theme: str
    ink: str
    on: str
    least: float
    reached: float


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def palette() -> dict[str, tuple[str, str]]:
    """Colours by token: (light, dark)."""
    return {name: (both[0], both[1]) for name, both in tomllib.loads(PALETTE.read_text())["colour"].items()}


def pairs() -> Iterator[Pair]:
    """Every pair the palette promises, in both themes."""
    colours = palette()
    for group in tomllib.loads(PALETTE.read_text())["pairs"]:
        for on in group["on"]:
            for ink in group["ink"]:
                for theme, name in enumerate(("light", "dark")):
                    yield Pair(name, ink, on, group["least"], contrast(colours[ink][theme], colours[on][theme]))
