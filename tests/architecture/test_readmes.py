"""Every app has one page that says what it is, and every public name stands on it."""

import ast
from pathlib import Path

import pytest

from tests.architecture.layers import apps, folder_of
from tests.architecture.source import assert_none, text, tree

pytestmark = pytest.mark.check

PAGE = range(8, 151)
"""Lines of a readme: one page, said rather than padded."""


def test_every_app_has_a_readme_of_one_page() -> None:
    lengths = {app: len(_readme(app).splitlines()) for app in apps()}
    assert_none({app: length for app, length in lengths.items() if length not in PAGE})


def test_every_public_name_stands_in_the_readme() -> None:
    missing = {app: [name for name in public_names(folder_of(app) / "public.py") if name not in _readme(app)] for app in apps()}
    assert_none({app: names for app, names in missing.items() if names})


def test_every_door_lists_its_names() -> None:
    assert_none([app for app in apps() if not public_names(folder_of(app) / "public.py")])


def public_names(door: Path) -> list[str]:
    """What `__all__` of a public.py lists."""
    for node in tree(door).body if door.exists() else ():
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                return list(ast.literal_eval(node.value))
    return []


def _readme(app: str) -> str:
    page = folder_of(app) / "README.md"
    return text(page) if page.exists() else ""
