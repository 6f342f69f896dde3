"""What is asked of every page: no console error, no sideways scrolling, nothing axe objects to; and a picture of it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kapok.kernel.ui.workshop.places import BUILD

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = BUILD / "test" / "axe.min.js"
LOOKED = BUILD / "looked"


@dataclass
class Findings:
    """What was wrong with one page at one size."""

    page: str
    faults: list[str] = field(default_factory=list)

    def add(self, *faults: str) -> None:
        self.faults += [f"{self.page}: {fault}" for fault in faults]


def look(page: Any, name: str) -> Path:
    """A picture of the whole page, for people: build/looked/<name>.png."""
    LOOKED.mkdir(parents=True, exist_ok=True)
    target = LOOKED / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
    page.screenshot(path=str(target), full_page=True)
    return target


def axe(page: Any) -> list[str]:
    """What axe objects to (WCAG 2.2 A and AA), one line for each rule."""
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)["violations"]
    return [f"axe {v['id']} ×{len(v['nodes'])}: {v['nodes'][0]['html'][:140]}" for v in found]


def overflow(page: Any) -> list[str]:
    """How far the page can be pushed sideways; nothing when it cannot."""
    beyond = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [f"{beyond} px wider than the screen"] if beyond > 0 else []


def listen(page: Any, heard: list[str]) -> None:
    """Collect what the console complains of and what scripts throw."""
    page.on("console", lambda message: heard.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))


def visit(page: Any, address: str, name: str, status: int = 200) -> list[str]:
    """Open a page and say all that is wrong with it; a picture stays."""
    findings, heard = Findings(name), []
    listen(page, heard)
    answer = page.goto(address, wait_until="load")
    if answer is None or answer.status != status:
        findings.add(f"answered {answer.status if answer else 'nothing'}, not {status}")
    findings.add(*overflow(page), *axe(page))
    look(page, name)
    findings.add(*(words for words in heard if status == 200 or "status of" not in words))
    return findings.faults
