"""Names do the work: the files of an app have the known names, and nothing is called after having no name."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.layers import apps, folder_of
from tests.architecture.source import assert_none, nodes, python_files, shown

pytestmark = pytest.mark.check

APP_PARTS = frozenset(
    (
        *("__init__", "README", "apps", "card", "public", "data", "models", "rules", "actions", "queries", "access", "errors"),
        *("events", "connectors", "jobs", "cli", "setup", "web", "templates", "migrations", "tests", "locale"),
        *("documents", "notices", "static", "tables", "stamping", "verifying"),
    )
)
"""What stands in an app's folder. Kernel modules are mechanisms and name their parts after what they do."""

BANNED_FILES = re.compile(r"^(utils?|helpers?|misc|stuff|common_\w+|\w*manager\d|\w*[a-z]\d)$")
BANNED_NAMES = re.compile(r"^(process|handle|do|manage)_(data|stuff|things?|it|all)$|^\w*[Mm]anager\d$|^(utils?|helpers?|foo|bar|tmp\w*)$")
NUMBERED_ON_PURPOSE = frozenset({"asn1", "sm3", "sm4", "sm2", "base36", "base12"})
"""Words of the field that end in a digit."""


def test_apps_have_the_parts_every_app_has_and_no_others() -> None:
    strange = [
        f"{app}: {entry.name}"
        for app in apps()
        if ".kernel." not in app
        for entry in sorted(folder_of(app).iterdir())
        if not entry.name.startswith((".", "__pycache__")) and not _is_a_part(entry)
    ]
    assert_none(strange)


def test_the_web_folder_of_an_app_has_pages_api_forms_and_urls() -> None:
    """Past one file of pages, a page module is named after what it shows, and still only these are routes, forms or API."""
    for app in apps():
        web = folder_of(app) / "web"
        if web.is_dir():
            assert (web / "urls.py").exists() or (web / "api.py").exists() or (web / "middleware.py").exists(), f"{app}/web serves nothing"


def test_no_file_is_named_after_having_no_name() -> None:
    wrong = [
        shown(path)
        for path in python_files()
        if BANNED_FILES.match(path.stem) and path.stem not in NUMBERED_ON_PURPOSE and path.parent.name != "vectors"
    ]
    assert_none(wrong)


def test_no_function_or_class_is_named_after_having_no_name() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in nodes(path)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and BANNED_NAMES.match(node.name)
    ]
    assert_none(wrong)


def test_every_migration_is_named_after_its_purpose() -> None:
    files = python_files(migrations=True)
    names = [path for path in files if path.parent.name == "migrations" and path.stem != "__init__"]
    wrong = [shown(path) for path in names if not re.fullmatch(r"0001_initial|\d{4}_[a-z]\w{3,}", path.stem) or "_auto_" in path.stem]
    assert_none(wrong)


def _is_a_part(entry: Path) -> bool:
    name = entry.stem if entry.is_file() else entry.name
    # Tables of law are data beside the code.
    return name in APP_PARTS or entry.suffix in (".toml", ".jinja")
