"""Tokens as custom properties, and the icon sprite."""

import re
from pathlib import Path

from kapok.kernel.ui.contrast import palette
from kapok.kernel.ui.workshop.node import NodeFailed
from kapok.kernel.ui.workshop.places import ASSETS, MADE, MODULES

DARK = ":root[data-theme=dark]"
BY_SYSTEM = "@media not print{@media (prefers-color-scheme:dark){:root:not([data-theme=light])"


def token_sheet() -> str:
    """The palette as CSS: light; dark when the system or the person wants it; light on paper."""
    light, dark = ("".join(f"--{name}:{both[i]};" for name, both in palette().items()) for i in (0, 1))
    deep = "--lift:none;color-scheme:dark"
    return f":root{{{light}color-scheme:light}}{BY_SYSTEM}{{{dark}{deep}}}}}}}@media not print{{{DARK}{{{dark}{deep}}}}}"


def write_tokens() -> Path:
    target = MADE / "tokens.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(token_sheet())
    return target


def icon_names() -> list[str]:
    """The names in assets/icons.txt."""
    lines = (line.split("#")[0].strip() for line in (ASSETS / "icons.txt").read_text().splitlines())
    return sorted({line for line in lines if line})


def sprite() -> str:
    """One SVG of symbols, each with the icon's own strokes."""
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(_symbol(name) for name in icon_names())}</svg>'


def _symbol(name: str) -> str:
    path = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
    if not path.exists():
        raise NodeFailed(f"assets/icons.txt: @tabler/icons has no outline {name!r}")
    source = path.read_text()
    inside = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL).split(">", 1)[1].rsplit("</svg>", 1)[0]
    drawn = re.sub(r'<path stroke="none"[^>]*/>|\s*\n\s*', "", inside)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>'
