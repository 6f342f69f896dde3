"""How people find their way: themes, situations of life and hot words. Data, read once; what may become a hot word is decided here."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLACE = Path(__file__).parents[1] / "wayfinding.toml"
PERSONAL = re.compile(r"\d{4,}|@")
"""A word with so many digits may be somebody's number, one with an @ somebody's address: never counted."""


@dataclass(frozen=True)
class Theme:
    """A theme as citizens know it; `covers` are the catalogue's own words for it."""

    key: str
    title: str
    title_en: str
    icon: str
    audience: str
    covers: tuple[str, ...]

    def serves(self, audience: str) -> bool:
        return audience in ("", self.audience) or not self.audience


@dataclass(frozen=True)
class Scene:
    """A situation of life (场景) and the base items it needs."""

    key: str
    title: str
    title_en: str
    says: str
    says_en: str
    icon: str
    audience: str
    bases: tuple[str, ...]


@dataclass(frozen=True)
class Wayfinding:
    """`least` searches within `days` make a word hot; `most` are shown."""

    words: tuple[str, ...]
    most: int
    days: int
    least: int
    themes: tuple[Theme, ...]
    scenes: tuple[Scene, ...]

    def theme(self, key: str) -> Theme | None:
        """By key, or by a word of the catalogue."""
        return next((theme for theme in self.themes if key == theme.key or key in theme.covers), None)

    def scene(self, key: str) -> Scene | None:
        return next((scene for scene in self.scenes if scene.key == key), None)


@cache
def wayfinding() -> Wayfinding:
    raw = tomllib.loads(PLACE.read_text("utf-8"))
    hot = raw["hot"]
    return Wayfinding(
        tuple(hot["words"]), hot["most"], hot["days"], hot["least"],
        tuple(Theme(**{**row, "covers": tuple(row["covers"])}) for row in raw["theme"]),
        tuple(Scene(**{**row, "bases": tuple(row["bases"])}) for row in raw["scene"]),
    )  # fmt: skip


def countable(word: str, names: Sequence[str]) -> str:
    """The word as it is counted, or nothing: only a word of 2 to 16 characters that stands in the name of an item it found.

    So a person's name, number or address can never come up on the home page, whoever searches for it how often.
    """
    word = " ".join(word.split())
    if not 2 <= len(word) <= 16 or PERSONAL.search(word) or not any(word in name for name in names):
        return ""
    return word


def hot_words(configured: Sequence[str], searched: Sequence[str], most: int) -> list[str]:
    """What people search first, then what is configured; each once."""
    return list(dict.fromkeys([*searched[: most // 2], *configured]))[:most]
