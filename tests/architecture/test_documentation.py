"""The documents say what is so: commands exist, links lead somewhere, the table of systems is current."""

import re
from pathlib import Path

import pytest

from tests.architecture.layers import ROOT
from tests.architecture.source import assert_none, committed, shown, text
from tests.features.marks import COLLECTED
from tests.features.matrices import matrices, open_parts
from tests.features.report import READMES, systems_table, with_table
from tests.features.states import collect_marks, faults, standings

pytestmark = pytest.mark.check

FRONT = (*READMES, ROOT / "CONTRIBUTING.md")
TARGET = re.compile(r"^([a-z]+):", re.M)
NAMED_COMMAND = re.compile(r"(?<![\w.-])make ([a-z]+)\b(?=[`\s)]|$)", re.M)
VERB = re.compile(r"\bkapok ([a-z]+) ([a-z-]+)\b")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
VARIABLE = re.compile(r"\bKAPOK_[A-Z_]+\b")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def pages() -> list[Path]:
    return [path for path in committed() if path.suffix == ".md"]


@pytest.mark.parametrize("page", FRONT, ids=lambda path: path.name)
def test_every_command_named_is_a_target_of_the_makefile(page: Path) -> None:
    targets = set(TARGET.findall(text(ROOT / "Makefile")))
    commands = {name for code in CODE.findall(text(page)) for name in NAMED_COMMAND.findall(code)}
    assert commands
    assert_none(commands - targets)


@pytest.mark.parametrize("page", FRONT, ids=lambda path: path.name)
def test_every_verb_of_the_command_line_named_is_there(page: Path) -> None:
    named = {verb for code in CODE.findall(text(page)) for verb in VERB.findall(code)}
    command_lines = {path.parent.name: text(path) for path in (ROOT / "kapok").glob("*/*/cli.py")}
    assert_none(f"kapok {app} {verb}" for app, verb in sorted(named) if f'command("{verb}"' not in command_lines.get(app, ""))


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{shown(page)}: {target}"
        for page in pages()
        for target in LINK.findall(CODE.sub("", text(page)))
        if not (page.parent / target).exists()
    ]
    assert_none(broken)


def test_the_index_of_decisions_names_each_by_its_number_and_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = text(folder / "README.md")
    decisions = sorted(folder.glob("[0-9]*.md"))
    lines = [(path, text(path).splitlines()[0].removeprefix("# ").partition(". ")) for path in decisions]
    assert_none(path.name for path, (number, _, title) in lines if f"| {number} | [{title}]({path.name}) |" not in index)
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))


def test_every_setting_a_document_names_is_in_the_table() -> None:
    known = set(VARIABLE.findall(text(ROOT / "kapok" / "site" / "environment.py")))
    settings_read = {name for path in committed() if shown(path) == "kapok/site/settings.py" for name in VARIABLE.findall(text(path))}
    unknown = [f"{shown(page)}: {name}" for page in pages() for name in VARIABLE.findall(text(page)) if name not in known | settings_read]
    assert_none(unknown)


def test_the_two_readmes_have_the_same_parts() -> None:
    parts = [[line.split(" ")[0] for line in text(page).splitlines() if line.startswith("#")] for page in READMES]
    assert parts[0] == parts[1]


def test_decisions_are_numbered_without_a_gap_and_say_what_why_and_until_when() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert [path.name[:4] for path in found] == [f"{n:04d}" for n in range(1, len(found) + 1)]
    for path in found:
        for part in ("**Decided.**", "**Why.**", "**Would change it.**"):
            assert part in text(path), f"{path.name} does not say {part}"


def test_the_glossary_gives_each_term_one_name() -> None:
    lines = [line for line in text(ROOT / "docs" / "glossary.md").splitlines() if line.startswith("|") and "`" in line]
    terms = [term.strip() for line in lines for term in line.split("|")[1].split(",")]
    assert len(terms) == len(set(terms))


def test_every_matrix_has_the_shape_every_matrix_has() -> None:
    """28 rows of the annex and the annex itself, in 27 files: two apps serve two rows each."""
    assert len(matrices()) == 27
    assert sum(len(matrix.rows) for matrix in matrices()) == 579


def test_every_mark_and_every_open_part_names_a_row_and_the_readme_shows_where_they_stand(pytestconfig: pytest.Config) -> None:
    marks, missing = pytestconfig.stash.get(COLLECTED, None) or collect_marks(), open_parts()
    assert_none(faults(marks, missing))
    rows = standings(marks, missing)
    for page in READMES:
        table = systems_table(rows, chinese=page.name == "README.zh.md")
        assert with_table(text(page), table) == text(page), f"{page.name}: run `make features ARGS=--write`"
