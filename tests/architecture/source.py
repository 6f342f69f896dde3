"""The product's own text, read once: which files there are, their syntax trees, their functions."""

import ast
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.architecture.layers import ROOT

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
GENERATED = ("build/", "assets/vendor/", "docs/systems/")
OWN_PACKAGES = ("kapok/", "tests/", "demo/", "benchmarks/", "sandbox/", "conformance/", "spec/", "deploy/")


@dataclass(frozen=True)
class Function:
    """A function with where it stands; `owners` are the classes and functions round it."""

    file: Path
    node: FunctionNode
    owners: tuple[str, ...]

    @property
    def lines(self) -> int:
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def at(self) -> str:
        return f"{shown(self.file)}:{self.node.lineno} {'.'.join((*self.owners, self.node.name))}"


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return tuple(path for path in (ROOT / name for name in names) if path.is_file() and ".venv" not in path.parts)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def python_files(*, tests: bool = True, migrations: bool = False) -> tuple[Path, ...]:
    """Our Python, with or without tests and migrations."""
    return tuple(
        path
        for path in committed()
        if path.suffix == ".py"
        and shown(path).startswith(OWN_PACKAGES)
        and (migrations or "migrations" not in path.parts)
        and (tests or "tests" not in path.parts)
    )


@cache
def sources() -> tuple[Path, ...]:
    """What the size limits hold for: Python, templates, scripts and styles; migrations, data and generated files apart."""
    suffixes = (".jinja", ".html", ".js", ".mjs", ".css", ".typ", ".sh")
    others = (path for path in committed() if path.suffix in suffixes and not shown(path).startswith(GENERATED))
    return (*python_files(), *others)


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file."""
    return tuple(ast.walk(tree(path)))


@cache
def functions(path: Path) -> tuple[Function, ...]:
    """Every function and method of a file, nested ones too."""
    return tuple(_functions(path, tree(path), ()))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


@cache
def imported_names(path: Path) -> dict[str, str]:
    """What each imported name means in full: `{"datetime": "datetime.datetime"}`."""
    found: dict[str, str] = {}
    for node in nodes(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def assert_none(found: Iterable[object]) -> None:
    """Fail with everything that was found, a line each; of a mapping, what is found for each key."""
    lines = [f"{key}: {value}" for key, value in found.items()] if isinstance(found, Mapping) else [str(one) for one in found]
    assert not lines, "\n  " + "\n  ".join(lines)


def percentile(values: list[int], share: float) -> int:
    """The value below which at least this share of values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def _functions(path: Path, node: ast.AST, owners: tuple[str, ...]) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield Function(path, child, owners)
        inside = (*owners, child.name) if isinstance(child, (FunctionNode, ast.ClassDef)) else owners
        yield from _functions(path, child, inside)
