"""The test plugin itself: a database that answers, with the tables of every migration."""

import pytest
from django.db import connection


@pytest.mark.smoke
@pytest.mark.django_db
def test_a_test_has_a_database_of_its_own_with_every_migration_applied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), count(*) from django_migrations")
        name, applied = cursor.fetchone()
    assert name.startswith("kapok_c_")
    assert applied > 10
