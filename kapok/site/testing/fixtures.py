"""Fixtures that take the place of pytest-django's; the root conftest.py brings them in, so that ours are the nearer ones."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kapok.site.testing.stage import Stage


@pytest.fixture(scope="session")
def own_database(django_test_environment: None, django_db_blocker: "pytest.FixtureRequest") -> Generator["Stage"]:
    """A database of this process's own, migrated, with the node's master key made."""
    from django.apps import apps
    from django.db import connections

    from kapok.site.testing import cluster, databases
    from kapok.site.testing.stage import Stage

    server = cluster.enter()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        digest = databases.digest_of_migrations([Path(config.path) for config in apps.get_app_configs()])
        template = databases.template_for(digest, server, lambda name: _migrate(server.as_django() | {"NAME": name}))
        connections["default"].settings_dict.update(server.as_django())
        stage = Stage(server, databases.own_name(), template)
        _master_key()
        stage.renew()
    yield stage
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # a browser's event loop may still stand in this thread; nothing runs in it
        connections.close_all()
        databases.drop_own(server)


@pytest.fixture(scope="session")
def django_db_setup(own_database: "Stage") -> Generator[None]:
    """Stands where pytest-django's stood. A test of real transactions is followed by a new copy instead of empty tables."""
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: own_database.renew())  # the one place that empties tables
        yield


def _migrate(address: dict[str, object]) -> None:
    """What a node has before anybody's data: tables, partitions, an empty journal."""
    from django.db import connection

    from kapok.site.migrating import migrate
    from kapok.site.setting_up import lay_ground

    connection.close()
    connection.settings_dict.update(address)
    migrate()
    try:
        lay_ground()
    finally:
        connection.close()


def _master_key() -> None:
    """Tests seal personal data for real, under a key of their own home."""
    from kapok.kernel.crypto.public import create_master_key

    create_master_key()
