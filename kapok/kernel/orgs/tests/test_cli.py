"""The command line of organisations."""

from typer.testing import CliRunner

from kapok.kernel.orgs.cli import app
from kapok.kernel.orgs.public import org
from kapok.kernel.orgs.tests.factories import credit_code, make_org


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_is_loaded_and_listed(tmp_path):
    file = tmp_path / "agencies.toml"
    file.write_text(
        f'[[agency]]\nname = "荔湾区民政局"\nuscc = "{credit_code()}"\nlevel = 4\nkind = "agency"\nregion = "440103"\n', "utf-8"
    )
    assert run("load", file) == "1 made, 0 changed, 0 the same\n"
    assert "荔湾区民政局" in run("list", "440103")


def test_an_organisation_is_renamed_and_dissolved():
    made = make_org()
    assert run("rename", made.id, "荔湾区市监局") == "荔湾区市监局\n"
    run("dissolve", made.id, "--reason", "机构改革")
    assert org(made.id).dissolved_on is not None
