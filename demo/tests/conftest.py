"""The demonstration's places, agencies and items, without the thirty thousand regions of a real node."""

from pathlib import Path

import pytest

from kapok.kernel.access.public import system_actor
from kapok.kernel.orgs.public import load_agencies
from kapok.kernel.regions.public import Console, load_regions
from kapok.kernel.regions.tests.factories import SOURCE
from kapok.services.items.public import import_items

DATA = Path(__file__).resolve().parents[1] / "data"
MORE = {
    "cities": ['4412,"肇庆市",44'],
    "areas": [
        '440106,"天河区",4401,44', '440304,"福田区",4403,44', '441202,"端州区",4412,44', '441224,"怀集县",4412,44',
    ],
    "streets": [
        '441202006,"端州区睦岗街道",441202,44,4412', '441224110,"冷坑镇",441224,44,4412', '441900121,"虎门镇",441900,44,4419',
    ],
    "villages": [
        '441224110216,"冷坑村委会",441224110,44,4412,441224', '441900121005,"则徐社区居民委员会",441900121,44,4419,441900',
    ],
}  # fmt: skip


@pytest.fixture
def places(db, tmp_path):
    """The regions the agencies of the demonstration stand in."""
    for name, lines in SOURCE.items():
        (tmp_path / f"{name}.csv").write_text("\n".join([*lines, *MORE.get(name, ())]) + "\n", "utf-8")
    load_regions(tmp_path, "44", by=Console("测试"))


@pytest.fixture
def catalogue(places):
    """All agencies and items of the demonstration, published."""
    by = system_actor("演示")
    load_agencies(DATA / "agencies.toml", by=by)
    return import_items(DATA / "items", by=by)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Twenty-six accounts with a strong hasher would take ten seconds."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
