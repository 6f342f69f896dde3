"""What a state means to the citizen, by item and state, with the province's default (07.05)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Wording:
    """What a state is called and says to the citizen.

    `action` is what the citizen is asked to do (empty: nothing), `upload` whether materials may be handed in, `notify` whether the move
    is told.
    """

    label: str
    says: str
    tone: str = "run"
    action: str = ""
    upload: bool = False
    notify: bool = True


@cache
def defaults() -> dict[str, dict[str, Any]]:
    """The province's wording of every state."""
    return tomllib.loads((Path(__file__).parent / "wording.toml").read_text(encoding="utf-8"))


def wording(state: str, overrides: dict[str, dict[str, Any]] | None = None) -> Wording:
    """The default of a state with the item's own words over it."""
    return Wording(**{**defaults()[state], **(overrides or {}).get(state, {})})
