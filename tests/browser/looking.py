"""What is asked of every page: no console error, no sideways scrolling, nothing axe objects to; and a picture of it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kapok.kernel.ui.workshop.places import BUILD

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = BUILD / "test" / "axe.min.js"
LOOKED = BUILD / "looked"
PICTURES = os.environ.get("KAPOK_LOOK") == "1"
SHOWN = {"portal-home-busy-zh-desk": "home", "portal-guide-zh-desk": "guide", "portal-case-correcting-zh-phone": "case"}
"""Pages whose first view the README shows: docs/pictures/<name>.png."""
PATIENCE = 20_000
"""Milliseconds the checks of one page may take; a page that never settles is a finding, not a test that hangs."""
RUN = """([rules, patience]) => Promise.race([
    axe.run(document, {runOnly: rules, resultTypes: ['violations']}),
    new Promise((_, refuse) => setTimeout(() => refuse(new Error(`axe took over ${patience} ms`)), patience)),
])"""


@dataclass
class Findings:
    """What was wrong with one page at one size."""

    page: str
    faults: list[str] = field(default_factory=list)

    def add(self, *faults: str) -> None:
        self.faults += [f"{self.page}: {fault}" for fault in faults]


def look(page: Any, name: str) -> Path:
    """A picture of the whole page, for people: build/looked/<name>.png; of a page the README shows, its first view too."""
    LOOKED.mkdir(parents=True, exist_ok=True)
    target = LOOKED / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
    page.screenshot(path=str(target), full_page=True)
    if target.stem in SHOWN:
        page.screenshot(path=str(BUILD.parent / "docs" / "pictures" / f"{SHOWN[target.stem]}.png"))
    return target


def axe(page: Any) -> list[str]:
    """What axe objects to (WCAG 2.2 A and AA, and what it calls best practice), one line for each rule."""
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN, [RULES, PATIENCE])["violations"]
    return [f"axe {v['id']} ×{len(v['nodes'])}: {v['nodes'][0]['html'][:140]}" for v in found]


def overflow(page: Any) -> list[str]:
    """How far the page can be pushed sideways; nothing when it cannot."""
    beyond = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [f"{beyond} px wider than the screen"] if beyond > 0 else []


@contextmanager
def listening(page: Any) -> Iterator[list[str]]:
    """What the console complains of and what scripts throw within."""
    heard: list[str] = []

    def on_console(message: Any) -> None:
        if message.type == "error":
            heard.append(f"console: {message.text}")

    def on_error(error: Any) -> None:
        heard.append(f"script: {error}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    try:
        yield heard
    finally:
        page.remove_listener("console", on_console)
        page.remove_listener("pageerror", on_error)


def visit(page: Any, address: str, name: str, status: int = 200) -> list[str]:
    """Open a page at the size the window has and say all that is wrong with it."""
    return survey(page, address, name, status, sizes=())


def survey(page: Any, address: str, name: str, status: int = 200, *, sizes: tuple[str, ...] = tuple(SIZES)) -> list[str]:
    """Open a page once and say all that is wrong with it at each size in turn: the window is resized, not the page loaded again.

    With KAPOK_LOOK=1 pictures stay in build/looked.
    """
    findings = Findings(name)
    with listening(page) as heard:
        if sizes:
            page.set_viewport_size(SIZES[sizes[0]])
        answer = page.goto(address, wait_until="load")
        if answer is None or answer.status != status:
            findings.add(f"answered {answer.status if answer else 'nothing'}, not {status}")
        for size in sizes or ("",):
            if size and size != sizes[0]:
                page.set_viewport_size(SIZES[size])
            findings.add(*(f"{size} {fault}".strip() for fault in (*overflow(page), *axe(page))))
            if PICTURES:
                look(page, f"{name}-{size}" if size else name)
        findings.add(*(words for words in heard if status == 200 or "status of" not in words))
    return findings.faults
