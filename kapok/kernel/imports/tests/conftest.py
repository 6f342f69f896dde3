import pytest
from django.db import connection

from kapok.kernel.access import deeds
from kapok.kernel.access.public import register_deeds
from kapok.kernel.access.tests.factories import holder
from kapok.kernel.imports.public import import_kinds
from kapok.kernel.imports.tests.kinds import CARDS, TABLE
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.tests.factories import small_province


@pytest.fixture
def cards(db, tmp_path, settings):
    """The kind registered, its table there, an empty file store."""
    settings.KAPOK_FILES = tmp_path / "files"
    register_deeds({"test.import": ("clerk",)})
    import_kinds.put(CARDS.key, CARDS)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("truncate imports_test_card")
    yield CARDS
    import_kinds._entries.pop(CARDS.key)
    deeds._deeds.pop("test.import")


@pytest.fixture
def clerk(cards, tmp_path):
    small_province(tmp_path)
    org = make_org()
    return holder("clerk", org=org.id)


@pytest.fixture
def real_table(cards):
    """The cards' table where other connections see it too; the database is made anew after such a test."""
    with connection.cursor() as cursor:
        cursor.execute("drop table imports_test_card")
        cursor.execute(TABLE.replace("temporary ", ""))
