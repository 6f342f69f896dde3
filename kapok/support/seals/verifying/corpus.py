"""The corpus of other makers' files: what each step found when a file was recorded must be found again after every change.

The files themselves belong to others and lie outside the product, in the folder KAPOK_CORPUS; one that is not there counts as not
run, never as passed. All are judged at one moment and with no root trusted, so that the answer is the same on every node.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kapok.kernel.common.errors import KapokError
from kapok.support.seals.verifying.data import Report
from kapok.support.seals.verifying.file import verify_content
from kapok.support.seals.verifying.trust import Trust

EXPECTED = Path(__file__).with_name("corpus.toml")
AT = datetime(2026, 11, 25, tzinfo=UTC)
SAME, DIFFERS, NOT_RUN, NEW = "same", "differs", "not run", "new"


@dataclass(frozen=True)
class CorpusFile:
    """One file: how it stands, and each difference as (where, expected, found)."""

    name: str
    state: str
    differences: tuple[tuple[str, str, str], ...] = ()


def expected_reports(path: Path = EXPECTED) -> dict[str, Any]:
    """What is recorded, by file name."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def check_corpus(folder: Path, expected: dict[str, Any] | None = None) -> list[CorpusFile]:
    """Every recorded file, verified again; then the files of the folder that nobody has recorded."""
    recorded = expected_reports() if expected is None else expected
    checked = [_checked(folder / name, facts) for name, facts in recorded.items()]
    strange = sorted(path.name for path in folder.glob("*") if path.suffix.lower() in (".ofd", ".pdf") and path.name not in recorded)
    return checked + [CorpusFile(name, NEW) for name in strange]


def facts_of_file(path: Path) -> dict[str, Any]:
    """The report of a file in the form in which it is recorded."""
    try:
        return recorded_form(verify_content(path.read_bytes(), name=path.name, at=AT, trust=Trust()))
    except KapokError as error:
        return {"refused": error.code}


def recorded_form(report: Report) -> dict[str, Any]:
    """Verdict, pages, and per signature its kind, form, verdict, oddities and ten outcomes with their codes."""
    signatures = [
        {
            "id": each.id, "kind": each.kind, "form": each.form, "verdict": each.verdict.value,
            "warnings": [warned.code for warned in each.warnings],
            "steps": [f"{step.outcome.value} {step.code}" for step in each.steps],
        }
        for each in report.signatures
    ]  # fmt: skip
    return {"verdict": report.verdict.value, "pages": report.pages} | ({"signatures": signatures} if signatures else {})


def _checked(path: Path, facts: dict[str, Any]) -> CorpusFile:
    if not path.is_file():
        return CorpusFile(path.name, NOT_RUN)
    differences = tuple(_differences("", facts, facts_of_file(path)))
    return CorpusFile(path.name, DIFFERS if differences else SAME, differences)


def _differences(where: str, expected: Any, found: Any) -> list[tuple[str, str, str]]:
    """Place by place down to single values."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = dict.fromkeys([*expected, *found])
        return [each for key in keys for each in _differences(f"{where}.{key}".lstrip("."), expected.get(key), found.get(key))]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True), 1)
        return [each for number, (one, other) in pairs for each in _differences(f"{where}[{number}]", one, other)]
    return [] if expected == found else [(where, str(expected), str(found))]


def as_table(name: str, facts: dict[str, Any]) -> str:
    """A file's facts as TOML, to be put into corpus.toml."""
    lines = [f'["{name}"]', *(f"{key} = {_value(value)}" for key, value in facts.items() if key != "signatures")]
    for each in facts.get("signatures", ()):
        lines += ["", f'[["{name}".signatures]]', *(f"{key} = {_value(value)}" for key, value in each.items())]
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
