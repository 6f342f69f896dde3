"""What may not be committed: addresses of package registries, places of one machine, secrets, built things."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, assert_none, committed, shown

pytestmark = pytest.mark.check

REGISTRIES = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"), ("npmmirror", "com"), ("registry", "yarnpkg", "com"),
        ("pypi", "tuna"), ("proxy", "golang", "org"),
    )
)  # fmt: skip
"""Hosts of package registries, put together here so that this file, too, names none."""
HERE = "|".join(re.escape(place) for place in (f"{ROOT}/", f"{ROOT.parent}/shared", f"{ROOT.parent}/."))
"""This clone, what lies beside it, and hidden folders beside it."""
MACHINE = re.compile(rf"(?<![\w.])(?:{HERE}|/tmp/(?!kapok)[a-z_]{{3,}}|/{'root'}/|/home/[a-z]\w+/)")
KEY = re.compile("-----BEGIN (?:RSA |EC |)PRIVATE KEY-----")
BUILT = re.compile(r"(^|/)(node_modules|__pycache__|build|dist|\.venv|\.kapok)/|\.(pyc|mo|db|sqlite3)$")
LARGEST = 1_500_000
THIS = Path(__file__).name


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in committed():
        content = path.read_bytes()
        if b"\0" not in content[:8000] and path.name != THIS:
            found.append((shown(path), content.decode("utf-8", errors="replace")))
    return found


def test_no_registry_address_stands_in_a_committed_file() -> None:
    assert_none([f"{name}: {host}" for name, content in _texts() for host in REGISTRIES if host in content])


def test_no_path_of_one_machine_stands_in_a_committed_file() -> None:
    assert_none([f"{name}: {found[0]}" for name, content in _texts() if (found := MACHINE.search(content))])


def test_no_private_key_is_committed() -> None:
    assert_none([name for name, content in _texts() if KEY.search(content)])


def test_nothing_built_or_large_is_committed() -> None:
    assert_none([shown(path) for path in committed() if BUILT.search(shown(path))])
    assert_none([shown(path) for path in committed() if path.stat().st_size > LARGEST])
