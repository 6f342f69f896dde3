"""The corpus of other makers' files: differences are printed, missing files are not run (18.22)."""

import tomllib

import pytest
from typer.testing import CliRunner

from kapok.support.seals import cli
from kapok.support.seals.tests.authority import sealed
from kapok.support.seals.tests.failures import changed_page
from kapok.support.seals.tests.foreign import FOLDER
from kapok.support.seals.verifying.corpus import DIFFERS, NEW, NOT_RUN, SAME, as_table, check_corpus, expected_reports, facts_of_file

pytestmark = pytest.mark.feature("18.22")


@pytest.fixture
def folder(tmp_path):
    """One file as recorded, one changed since, one nobody recorded."""
    (tmp_path / "same.ofd").write_bytes(sealed())
    (tmp_path / "changed.ofd").write_bytes(sealed())
    (tmp_path / "new.ofd").write_bytes(sealed())
    (tmp_path / "broken.ofd").write_bytes(b"no paper")
    return tmp_path


@pytest.fixture
def recorded(folder):
    facts = {name: facts_of_file(folder / name) for name in ("same.ofd", "changed.ofd", "broken.ofd")}
    (folder / "changed.ofd").write_bytes(changed_page().content)
    return facts | {"away.ofd": facts["same.ofd"]}


def test_each_file_is_same_different_not_run_or_new(folder, recorded):
    found = {each.name: each.state for each in check_corpus(folder, recorded)}
    assert found == {"same.ofd": SAME, "changed.ofd": DIFFERS, "broken.ofd": SAME, "away.ofd": NOT_RUN, "new.ofd": NEW}


def test_a_difference_names_its_place_what_was_and_what_is(folder, recorded):
    differences = next(each for each in check_corpus(folder, recorded) if each.state == DIFFERS).differences
    assert ("signatures[1].steps[1]", "pass references.ok", "fail references.changed") in differences
    assert ("verdict", "untrusted", "invalid") in differences


def test_a_file_is_recorded_as_a_table_that_reads_back(folder):
    for name in ("same.ofd", "broken.ofd"):
        facts = facts_of_file(folder / name)
        assert tomllib.loads(as_table(name, facts)) == {name: facts}


def test_the_command_prints_the_differences_and_counts_what_is_missing(folder, recorded, monkeypatch):
    monkeypatch.setattr("kapok.support.seals.verifying.corpus.expected_reports", lambda: recorded)
    done = CliRunner().invoke(cli.app, ["corpus", "--folder", str(folder)])
    assert done.exit_code == 1
    assert "pass references.ok → fail references.changed" in done.output
    assert done.output.splitlines()[-1] == "2 same, 1 differs, 1 not run, 1 new"


def test_the_folder_is_given_by_the_environment_and_its_absence_is_said(settings, tmp_path):
    settings.KAPOK_CORPUS = ""
    assert CliRunner().invoke(cli.app, ["corpus"]).exit_code == 2
    settings.KAPOK_CORPUS = str(tmp_path)
    done = CliRunner().invoke(cli.app, ["corpus"])
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == f"{len(expected_reports())} not run"


def test_the_files_at_hand_are_as_recorded():
    """Run on every change: this test is."""
    if not FOLDER.is_dir():
        pytest.skip("needs the files of other makers: ../shared/vectors/ofd")
    assert {each.state for each in check_corpus(FOLDER)} <= {SAME, NOT_RUN}
