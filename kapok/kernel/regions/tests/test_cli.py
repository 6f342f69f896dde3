"""The command line of regions."""

import pytest
from typer.testing import CliRunner

from kapok.kernel.regions.cli import app
from kapok.kernel.regions.public import children, city_of, provinces
from kapok.kernel.regions.tests.factories import small_source


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_province_is_loaded_from_its_folder(db, tmp_path):
    assert run("load", "--folder", small_source(tmp_path), "--province", "44").startswith("25 loaded, 0 known")
    assert [place.code for place in provinces()] == ["440000000000"]


@pytest.mark.usefixtures("province")
def test_a_region_is_shown_with_who_governs_it():
    assert "governed by 广东省 / 深圳市 / 深汕特别合作区 / 鹅埠镇" in run("show", "441521103")
    assert "441900003 广东省 / 东莞市 / 东城街道" in run("find", "东城")


@pytest.mark.usefixtures("province")
def test_a_plan_from_a_file_is_published_only_with_yes(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(
        '[[create]]\ncode = "440103009"\nname = "沙面岭南街道"\nparent = "440103"\n'
        '[[succeed]]\nold = "440103001"\nnew = "440103009"\n[[succeed]]\nold = "440103002"\nnew = "440103009"\n',
        "utf-8",
    )
    assert "1 made, 2 end, 3 hang elsewhere" in run("amend", file, "--reason", "批复")
    assert len(children("440103")) == 2
    run("amend", file, "--reason", "批复", "--yes")
    assert [place.name for place in children("440103")] == ["沙面岭南街道"]


@pytest.mark.usefixtures("province")
def test_an_area_is_given_back():
    run("run", "441521103", "--reason", "划回")
    assert city_of("441521103").name == "汕尾市"
