"""The test plugin itself: a database of one's own, with the tables of every migration, clean for every test."""

import pytest
from django.db import connection

from kapok.kernel.journal.models import Head
from kapok.kernel.nodes.public import this_node
from kapok.site.testing.stage import Stage, forget_caches


def query(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.smoke
@pytest.mark.django_db
def test_a_test_has_a_database_of_its_own_with_every_migration_applied() -> None:
    assert str(query("select current_database()")).startswith("kapok_c_")
    assert int(str(query("select count(*) from django_migrations"))) > 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_what_a_test_of_real_transactions_commits_is_gone_and_what_set_up_made_is_still_there(time: int) -> None:
    assert Head.objects.count() == 1
    assert query("select count(*) from django_session where session_key = 'left'") == 0
    with connection.cursor() as cursor:
        cursor.execute("insert into django_session values ('left', '', '2030-01-01')")
    Head.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_suite_may_have_a_database_that_is_already_full(own_database: Stage) -> None:
    def fill() -> None:
        with connection.cursor() as cursor:
            cursor.execute("insert into django_session values ('filled', '', '2030-01-01')")

    filled = "select count(*) from django_session where session_key = 'filled'"
    with own_database.on(own_database.filled("sessions", fill)):
        assert query(filled) == 1
        own_database.renew()
        assert query(filled) == 1
    assert query(filled) == 0


def test_caches_of_the_product_are_forgotten_and_work_on() -> None:
    before = this_node()
    forget_caches()
    assert this_node() == before
