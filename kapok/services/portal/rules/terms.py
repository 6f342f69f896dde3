"""The portal's own numbers: terms.toml, read once."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def terms(part: str) -> dict[str, int]:
    """The numbers of one part (booking, question)."""
    text = (Path(__file__).parent.parent / "terms.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)[part])
