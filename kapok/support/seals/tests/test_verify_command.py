"""`kapok verify FILE`: the report at a terminal, and an exit code for scripts."""

import orjson
import pytest
from typer.testing import CliRunner

from kapok.support.seals import cli
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.tests.authority import PLACE, SIGNED, paper, world
from kapok.support.seals.tests.failures import changed_page
from kapok.support.seals.tests.test_verify_page import ours  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def run(path, *options):
    return CliRunner().invoke(cli.app, ["verify", str(path), *options])


@pytest.fixture
def put(tmp_path):
    def write(content, name="样张.ofd"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def test_a_valid_file_ends_with_0_and_shows_ten_steps(put, ours):  # noqa: F811 - the fixture
    done = run(put(ours))
    assert done.exit_code == 0, done.output
    assert done.output.count("✓") == 10
    assert "有效" in done.output and "SM3" in done.output


def test_an_invalid_file_ends_with_1_and_says_why(put):
    done = run(put(changed_page().content))
    assert done.exit_code == 1
    assert "签章后被改动的部件" in done.output and "不要使用这份文件" in done.output


@pytest.mark.parametrize("content", [b"", b"no paper", b"PK\x03\x04junk"])
def test_a_file_that_cannot_be_read_ends_with_2(put, content):
    done = run(put(content))
    assert done.exit_code == 2
    assert "样张.ofd" in done.output + done.stderr


def test_a_file_that_is_not_there_ends_with_2(tmp_path):
    assert run(tmp_path / "none.ofd").exit_code == 2


def test_a_paper_without_seal_and_a_strangers_end_with_3(put):
    made = world("外地")
    assert run(put(paper())).exit_code == 3
    assert run(put(stamp_ofd(paper(1), made.seal, made.signer, places=[PLACE], at=SIGNED))).exit_code == 3


def test_as_data_and_as_of_a_moment(put, ours):  # noqa: F811 - the fixture
    found = orjson.loads(run(put(ours), "--json").stdout_bytes)
    assert (found["verdict"], len(found["signatures"][0]["steps"])) == ("valid", 10)
    early = orjson.loads(run(put(ours), "--json", "--at", "2019-01-01").stdout_bytes)
    assert early["verdict"] == "invalid"


def test_the_command_stands_at_the_top():
    assert cli.root == {"verify": cli.verify}
