"""`python -m kapok.kernel.ui.build`: everything that is made, not written: styles, scripts, icons, map, fonts, divisions, catalogues.

Quick when nothing changed; two builds at once wait for one another.
"""

import fcntl
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kapok.kernel.ui import contrast, messages
from kapok.kernel.ui.workshop import node, slices, stamps, styles
from kapok.kernel.ui.workshop.places import ASSETS, BUILD, MADE, STATIC

HERE = Path(__file__).parent
MARK = HERE / "templates" / "ui" / "mark.svg"


@dataclass(frozen=True)
class Step:
    """Something made: from which files, into which, and how."""

    name: str
    inputs: Callable[[], Iterable[Path]]
    outputs: tuple[Path, ...]
    make: Callable[[], None]


def _style() -> None:
    styles.write_tokens()
    node.bundle(ASSETS / "css" / "kapok.css", STATIC / "kapok.css")


def _script() -> None:
    node.bundle(ASSETS / "js" / "kapok.js", STATIC / "kapok.js", "--format=iife")


def _charts() -> None:
    node.bundle(ASSETS / "js" / "charts.js", STATIC / "charts.js", "--format=iife")


def _viewer() -> None:
    node.bundle(ASSETS / "js" / "viewer.js", STATIC / "viewer.js", "--format=iife")


def _icons() -> None:
    STATIC.mkdir(parents=True, exist_ok=True)
    (STATIC / "icons.svg").write_text(styles.sprite())
    (STATIC / "mark.svg").write_text(MARK.read_text())


LOCK = ASSETS / "package-lock.json"
STEPS = (
    Step(
        "style",
        lambda: [*(ASSETS / "css").glob("*.css"), contrast.PALETTE, HERE / "workshop/styles.py", LOCK],
        (STATIC / "kapok.css",),
        _style,
    ),
    Step("script", lambda: [*(ASSETS / "js").glob("*.js"), LOCK], (STATIC / "kapok.js",), _script),
    Step("charts", lambda: [ASSETS / "js/charts.js", LOCK], (STATIC / "charts.js",), _charts),
    Step("viewer", lambda: [ASSETS / "js/viewer.js", LOCK], (STATIC / "viewer.js",), _viewer),
    Step(
        "icons",
        lambda: [ASSETS / "icons.txt", MARK, HERE / "workshop/styles.py", LOCK],
        (STATIC / "icons.svg", STATIC / "mark.svg"),
        _icons,
    ),
    Step("map", lambda: [HERE / "workshop/shapes.py", LOCK], (BUILD / "map/guangdong.json",), slices.province_map),
    Step(
        "divisions",
        lambda: [HERE / "workshop/slices.py", LOCK],
        tuple(BUILD / f"regions/{level}.csv" for level in slices.LEVELS),
        slices.regions,
    ),
    Step("fonts", lambda: [LOCK], tuple(BUILD / "fonts" / Path(name).name for name in slices.FONTS), slices.fonts),
    Step("judge", lambda: [LOCK], (BUILD / "test/axe.min.js",), slices.judge),
)


def build(say: Callable[[str], None]) -> None:
    """Make what is missing or older than its source; catalogues last."""
    MADE.mkdir(parents=True, exist_ok=True)
    with open(MADE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        todo = [(step, value) for step in STEPS if not stamps.fresh(step.name, value := stamps.digest(step.inputs()), step.outputs)]
        if todo and node.fetch():
            say("packages fetched")
        for step, value in todo:
            started = time.perf_counter()
            step.make()
            stamps.keep(step.name, value)
            say(f"{step.name}: made in {time.perf_counter() - started:.1f} s")
        compiled = messages.compile_all()
        say(f"catalogues: {compiled} compiled" if compiled else "catalogues: up to date")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    try:
        build(lambda words: _say(f"  {words}"))
    except node.NodeFailed as failure:
        sys.stderr.write(f"the assets could not be built:\n{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
