"""Settings: one table, documented, refusing what may not be."""

import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from kapok.site import environment, places
from kapok.site.faces import check_faces, face_of
from kapok.site.supervisor.address import Address, from_url

pytestmark = pytest.mark.check


def test_the_page_of_settings_is_the_table_in_the_code() -> None:
    assert (places.ROOT / "docs" / "settings.md").read_text() == environment.as_markdown(), "run `make docs`"


def test_nothing_but_the_table_reads_the_environment_for_configuration() -> None:
    allowed = {"kapok/site", "kapok/kernel/common/clock.py"}
    found = [
        path.relative_to(places.ROOT).as_posix()
        for path in (places.ROOT / "kapok").rglob("*.py")
        if "tests" not in path.parts and re.search(r"(environ|getenv)\W*(get\W+)?KAPOK_", path.read_text())
    ]
    assert [name for name in found if not any(name.startswith(prefix) for prefix in allowed)] == []


@pytest.mark.parametrize(
    ("path", "face"),
    [
        ("/", "citizen"),
        ("/m/", "citizen"),
        ("/work/intake/", "clerk"),
        ("/ops/annex/", "ops"),
        ("/api/intake/v1/x", "api"),
        ("/verify/x", "verify"),
        ("/health/live", None),
        ("/account/sign-in/", None),
        ("/static/a.css", None),
        ("/workshop/", "citizen"),
    ],
)
def test_the_face_is_told_by_the_first_part_of_the_path(path: str, face: str | None) -> None:
    assert face_of(path) == face


@pytest.mark.parametrize("inner", ["clerk", "ops"])
def test_production_refuses_the_citizen_face_together_with_an_inner_one(inner: str) -> None:
    assert check_faces(["citizen", inner], "development") == ("citizen", inner)
    with pytest.raises(ImproperlyConfigured, match="one process"):
        check_faces(["citizen", inner], "production")


def test_unknown_and_absent_faces_are_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match="citizne"):
        check_faces(["citizne"], "development")
    with pytest.raises(ImproperlyConfigured):
        check_faces([], "development")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"KAPOK_MODE": "test"}, "KAPOK_MODE must be"),
        ({"KAPOK_MODE": "production", "KAPOK_CLOCK_FILE": "/tmp/x"}, "never moved in production"),
        ({"KAPOK_POOL": "many"}, "KAPOK_POOL must be a whole number"),
        ({"KAPOK_DATABASE_URL": "mysql://x/y"}, "must begin with postgresql://"),
    ],
)
def test_a_start_with_a_wrong_setting_stops_with_its_name(variables: dict[str, str], says: str) -> None:
    clean = {"PATH": "/usr/bin:/bin", "KAPOK_SECRET_KEY": "x", "PYTHONPATH": str(places.ROOT)}
    done = subprocess.run([sys.executable, "-c", "import kapok.site.settings"], env=clean | variables, capture_output=True, text=True)
    assert done.returncode != 0
    assert says in done.stderr


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://a:p%40ss@db.example:5433/x", Address("db.example", 5433, "a", "p@ss", "x")),
        ("postgres://db", Address("db")),
        ("postgresql://kapok@%2Fvar%2FRun%2Fpg.Ab/kapok", Address("/var/Run/pg.Ab")),
        ("postgresql://u@[::1]:6000/n", Address("::1", 6000, "u", "", "n")),
    ],
)
def test_a_database_url_is_read_as_written(url: str, address: Address) -> None:
    assert from_url(url) == address
