"""The command line of the imports."""

from typer.testing import CliRunner

from kapok.kernel.imports.cli import app
from kapok.kernel.imports.tests.test_importing import BODY, cards, good, sheet
from kapok.kernel.orgs.public import org


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_a_file_is_checked_then_taken_and_the_faulty_rows_are_written_out(clerk, tmp_path):
    file, out = tmp_path / "cards.csv", tmp_path / "faults.csv"
    file.write_bytes(sheet(good(1), good(2), f"K3,,{BODY},,"))
    code = org(clerk.org).uscc
    status, said = run("check", "test.cards", file, "--org", code, "--faults", out)
    assert status == 1 and "3 rows: 2 sound, 1 faulty" in said and "imports.missing" in said and cards() == 0
    assert "没有填写" in out.read_text("utf-8-sig")
    status, said = run("check", "test.cards", file, "--org", code, "--take")
    assert status == 1 and "2 added" in said and cards() == 2
    assert "test.cards" in run("kinds")[1]


def test_what_is_no_table_ends_with_two(clerk, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    assert run("check", "test.cards", file, "--org", org(clerk.org).uscc)[0] == 2
