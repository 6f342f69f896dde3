"""`python -m kapok.kernel.ui.messages extract | compile | check`: catalogues without gettext on the machine (Babel) and OpenCC.

Source strings are Simplified Chinese. English stands in <app>/locale/en/LC_MESSAGES/django.po; Traditional Chinese is made from the
source strings when compiling and never written by hand. Compiled catalogues are build outputs.
"""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2]
METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("**.py", "python"), ("**.jinja", "jinja2.ext:babel_extract")]
OPTIONS = {"**.jinja": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def apps() -> Iterator[Path]:
    """Every app's folder, and the site's and common's, which have strings but are no apps."""
    for layer in sorted(path for path in PACKAGE.iterdir() if path.is_dir()):
        yield from sorted(path for path in layer.iterdir() if (path / "apps.py").exists())
    yield from (path for path in (PACKAGE / "site", PACKAGE / "kernel" / "common") if path.exists())


def english_of(app: Path) -> Path:
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def extract(app: Path) -> Catalog:
    """All source strings of one app, with where they stand."""
    found = Catalog(locale="zh_Hans", fuzzy=False)
    for name, line, message, comments, context in extract_from_dir(app, METHODS, OPTIONS, KEYWORDS):
        if message:
            found.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return found


def read_english(app: Path) -> Catalog:
    path = english_of(app)
    if not path.exists():
        return Catalog(locale="en", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale="en")


def update(app: Path) -> int:
    """Bring an app's English catalogue in line with its sources, keeping translations; says how many strings lack one."""
    source = extract(app)
    if not len(source):
        return 0
    known = read_english(app)
    fresh = Catalog(locale="en", fuzzy=False)
    for message in source:
        if message.id:
            old = known.get(message.id, message.context)
            fresh.add(
                message.id, old.string if old else None, message.locations, auto_comments=message.auto_comments, context=message.context
            )
    path = english_of(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, fresh, width=140, omit_header=False, sort_output=True, no_location=True)
    _strip_dates(path)
    return len(missing(app))


def _strip_dates(path: Path) -> None:
    """Without dates and empty names a catalogue changes only when its strings do."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(_NOISE)), "utf-8")


def missing(app: Path) -> list[str]:
    """Source strings without an English one."""
    known = read_english(app)
    return [_first(m.id) for m in extract(app) if m.id and not _translated(known.get(m.id, m.context))]


def _translated(message: Any) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


def _first(identity: Any) -> str:
    return str(identity[0] if isinstance(identity, (tuple, list)) else identity)


_NOISE = ('"POT-', '"PO-', '"Project-Id', '"Report-', '"Last-', '"Language-Team', '"Generated', "# ")


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("s2hk").convert  # type: ignore[no-any-return]  # the package has no types


def traditional(app: Path) -> Catalog:
    """The source strings themselves in Traditional Chinese."""
    made = Catalog(locale="zh_Hant", fuzzy=False)
    for message in extract(app):
        if message.id:
            words = _converter()(_first(message.id))
            made.add(message.id, (words,) if isinstance(message.id, (tuple, list)) else words, context=message.context)
    return made


def compile_all() -> int:
    """Write .mo files where sources are newer; says how many apps were compiled."""
    return sum(compile_app(app) for app in apps())


def compile_app(app: Path) -> bool:
    """Write both catalogues of an app unless they are newer than its sources; says whether it did."""
    english, target = english_of(app), app / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.mo"
    sources = [path for path in app.rglob("*") if path.suffix in (".py", ".jinja", ".po") and "tests" not in path.parts]
    newest = max((path.stat().st_mtime for path in sources), default=0)
    if target.exists() and target.stat().st_mtime >= newest and (not english.exists() or english.with_suffix(".mo").exists()):
        return False
    made = traditional(app)
    if not len(made):
        return False
    _write(target, made)
    if english.exists():
        _write(english.with_suffix(".mo"), read_english(app))
    return True


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with draft.open("wb") as out:
        write_mo(out, catalogue)
    draft.replace(path)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    command, names = (arguments or ["check"])[0], arguments[1:]
    chosen = [app for app in apps() if not names or app.name in names]
    if command == "compile":
        _say(f"{sum(compile_app(app) for app in chosen)} apps compiled")
        return 0
    lacking = {app.name: update(app) if command == "extract" else len(missing(app)) for app in chosen}
    for name, count in lacking.items():
        if count:
            _say(f"{name}: {count} strings without English")
    return 1 if command == "check" and any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
