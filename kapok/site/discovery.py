"""Which apps there are, by looking: no list of systems is kept by hand.

An app is a folder of a layer that has an `apps.py`. Order is the order of layers, then of the alphabet,
so that what stands below is loaded first.
"""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parents[1]
LAYERS = ("kernel", "base", "support", "services", "business", "internal")


def app_names() -> list[str]:
    """Dotted names of all apps, lowest layer first."""
    return [
        f"kapok.{layer}.{folder.name}"
        for layer in LAYERS
        for folder in sorted((PACKAGE / layer).glob("*"))
        if (folder / "apps.py").is_file() and folder.name != "common"  # the one package without tables or pages: not an app
    ]


def label_of(app_name: str) -> str:
    return app_name.rsplit(".", 1)[1]


def having(part: str) -> list[str]:
    """The apps that have a part (`web/urls.py`, `cli.py`), found without importing them."""
    return [name for name in app_names() if (PACKAGE.parent / name.replace(".", "/") / part).is_file()]


def part_of(app_name: str, part: str) -> ModuleType | None:
    """An app's module by its dotted part (`web.urls`), or None where the app leaves it out."""
    parent, _, _ = f"{app_name}.{part}".rpartition(".")
    if find_spec(parent) is None or find_spec(f"{app_name}.{part}") is None:
        return None
    return import_module(f"{app_name}.{part}")


def config_class(app_name: str) -> str:
    """The AppConfig's name, read from the source so that settings import no app."""
    source = (PACKAGE.parent / app_name.replace(".", "/") / "apps.py").read_text()
    found = re.search(r"^class (\w+)\(KapokApp\)", source, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{app_name}/apps.py has no class that inherits KapokApp")
    return found.group(1)
