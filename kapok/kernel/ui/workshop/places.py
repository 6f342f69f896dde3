"""Where the workshop takes from and puts to."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
ASSETS = ROOT / "assets"
MODULES = ASSETS / "node_modules"
BUILD = ROOT / "build"
MADE = BUILD / "made"
STATIC = BUILD / "static"
