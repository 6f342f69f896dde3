"""What the contracts say, as data the other architecture tests read: which app stands where."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "kapok"
CONTRACTS = Path(__file__).with_name("contracts.toml")


@cache
def contracts() -> tuple[dict[str, Any], ...]:
    """The contracts as declared."""
    declared = tomllib.loads(CONTRACTS.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return tuple(declared)


@cache
def layers_of(container: str) -> tuple[tuple[str, ...], ...]:
    """The layers inside a package, top to bottom, each with the names that stand side by side in it."""
    contract = next(c for c in contracts() if c["containers"] == [container])
    return tuple(tuple(name.strip(" ()") for name in layer.split("|")) for layer in contract["layers"])


@cache
def package_of(app: str) -> str | None:
    """The package a system stands in, whether it is built or not: `intake` → `services`. The kernel last: its `documents` is no system."""
    for package in ("base", "support", "services", "business", "internal", "kernel"):
        if any(app in layer for layer in layers_of(f"kapok.{package}")):
            return package
    return None


def height(module: str) -> tuple[int, int]:
    """How high an app stands (package, then layer inside it); a greater pair stands above a lesser one."""
    parts = module.split(".")
    return _level("kapok", parts[1]), _level(f"kapok.{parts[1]}", parts[2]) if len(parts) > 2 and parts[1] != "site" else 0


@cache
def apps() -> tuple[str, ...]:
    """The apps that are built, as dotted names; `common` is imported as it is and is no app."""
    folders = (folder.parent for folder in PACKAGE.glob("*/*/apps.py"))
    return tuple(sorted(f"kapok.{folder.parent.name}.{folder.name}" for folder in folders if folder.name != "common"))


def folder_of(app: str) -> Path:
    return ROOT / app.replace(".", "/")


def app_of(module: str) -> str | None:
    """The app a module belongs to, or None for the packages above apps and for `site`."""
    parts = module.split(".")
    return ".".join(parts[:3]) if len(parts) > 2 and parts[0] == "kapok" and parts[1] != "site" else None


def _level(container: str, name: str) -> int:
    layers = layers_of(container)
    for depth, layer in enumerate(layers):
        if name in layer:
            return len(layers) - depth
    raise LookupError(f"{container}.{name} stands in no layer of {CONTRACTS.name}")
