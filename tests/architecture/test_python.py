"""What every line of Python keeps to: types at the doors, the two clocks, reasons for exceptions."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import Function, assert_none, dotted, functions, imported_names, nodes, python_files, shown, text
from tests.features.matrices import all_rows

pytestmark = pytest.mark.check

BANNED_CALLS = {
    "datetime.datetime.now": "clock.now() is legal time, clock.wall() machine time: choose one",
    "datetime.datetime.utcnow": "clock.now() is legal time, clock.wall() machine time: choose one",
    "datetime.datetime.today": "clock.today() is the day in the province",
    "datetime.date.today": "clock.today() is the day in the province",
    "django.utils.timezone.now": "clock.now() is legal time, clock.wall() machine time: choose one",
    "time.time": "clock.wall() is machine time",
    "time.time_ns": "clock.wall() is machine time",
}
CLOCKWORK = ("kapok/kernel/common/clock.py", "kapok/kernel/common/ids.py")
"""The only files that read a machine's clock."""

BANNED_IMPORTS = {
    "django.db.models.signals.post_save": "record an event from an action; signals hide who did it",
    "django.db.models.signals.pre_save": "record an event from an action; signals hide who did it",
    "django.db.models.signals.post_delete": "record an event from an action; signals hide who did it",
}
SQL_CLOCK = re.compile(r"\b(now\s*\(\s*\)|current_timestamp|clock_timestamp\s*\(|localtimestamp|current_date)", re.IGNORECASE)
SQL = re.compile(r"\b(select|insert|update|delete|where|values)\b", re.IGNORECASE)
EXCUSE = re.compile(r"#\s*(?:type:\s*ignore|noqa)(?P<code>\[[\w,\s-]+\]|:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?(?P<reason>.*)")
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?P<row>\((\d\d\.\d\d)\))?")


def test_public_functions_are_fully_typed() -> None:
    bare = [f.at for path in python_files(tests=False) for f in functions(path) if _is_public(f) and not _is_typed(f)]
    assert_none(bare)


def test_nobody_outside_the_clockwork_reads_a_clock() -> None:
    wrong = [
        f"{shown(path)}:{line} {name}: {BANNED_CALLS[name]}"
        for path in python_files()
        if shown(path) not in CLOCKWORK
        for name, line in _calls(path)
        if name in BANNED_CALLS
    ]
    assert_none(wrong)


def test_no_sql_outside_the_kernel_asks_the_database_for_the_time() -> None:
    wrong = [
        f"{shown(path)}:{line}"
        for path in python_files()
        if shown(path).startswith("kapok/") and not shown(path).startswith("kapok/kernel/")
        for text_of, line in _strings(path)
        if SQL.search(text_of) and SQL_CLOCK.search(text_of)
    ]
    assert_none(wrong)


def test_no_signal_hides_who_did_it() -> None:
    wrong = [
        f"{shown(path)}: {BANNED_IMPORTS[full]}"
        for path in python_files()
        for full in imported_names(path).values()
        if full in BANNED_IMPORTS
    ]
    assert_none(wrong)


def test_every_silenced_check_names_its_code_and_its_reason() -> None:
    wrong = [
        f"{shown(path)}:{line} {comment}"
        for path in python_files(migrations=True)
        for comment, line in _comments(path)
        if (excuse := EXCUSE.match(comment)) and not (excuse["code"] and len(excuse["reason"].strip(" -:#—")) >= 8)
    ]
    assert_none(wrong)


def test_every_todo_names_the_row_it_waits_for() -> None:
    wrong = [
        f"{shown(path)}:{line} {comment}"
        for path in python_files()
        for comment, line in _comments(path)
        if (later := LATER.search(comment)) and later[3] not in all_rows()
    ]
    assert_none(wrong)


def test_every_skipped_test_says_what_is_missing() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        if "tests" in path.parts or path.parts[-1].startswith("conftest")
        for node in _skips_without_reason(path)
    ]
    assert_none(wrong)


def _is_public(function: Function) -> bool:
    """Reachable by name from outside its file: no underscore anywhere on the way, not inside another function."""
    names = (*function.owners, function.node.name)
    return not any(name.startswith("_") for name in names) and all(name[:1].isupper() for name in function.owners)


def _is_typed(function: Function) -> bool:
    arguments = function.node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if function.owners and named and named[0].arg in ("self", "cls"):
        named = named[1:]
    named += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
    return function.node.returns is not None and all(argument.annotation is not None for argument in named)


def _calls(path: Path) -> Iterator[tuple[str, int]]:
    names = imported_names(path)
    for node in nodes(path):
        if isinstance(node, (ast.Attribute, ast.Name)):
            name = dotted(node)
            first, _, rest = name.partition(".")
            full = names.get(first, first)
            yield (f"{full}.{rest}" if rest else full), node.lineno


def _strings(path: Path) -> Iterator[tuple[str, int]]:
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def _comments(path: Path) -> Iterator[tuple[str, int]]:
    for token in tokenize.generate_tokens(io.StringIO(text(path)).readline):
        if token.type == tokenize.COMMENT:
            yield token.string, token.start[0]


def _skips_without_reason(path: Path) -> Iterator[ast.Call | ast.Attribute]:
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    called = {id(call.func) for call in calls}
    yield from (call for call in calls if _gives_no_reason(call))
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and id(node) not in called and dotted(node) in ("pytest.mark.skip", "pytest.mark.xfail"):
            yield node


def _gives_no_reason(call: ast.Call) -> bool:
    name = dotted(call.func)
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"):
        reason = keywords.get("reason") or (call.args[0] if name == "pytest.mark.skip" and call.args else None)
    elif name == "pytest.skip":
        reason = keywords.get("reason") or (call.args[0] if call.args else None)
    else:
        return False
    return reason is None or (isinstance(reason, ast.Constant) and len(str(reason.value).strip()) < 8)
