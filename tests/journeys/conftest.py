"""A node with Guangdong's regions, the demonstration's agencies and items, and one person of each kind."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from kapok.kernel.access.public import actor_of_account, grant, system_actor
from kapok.kernel.accounts.public import Account, open_account, sign_up
from kapok.kernel.common.ids import uuid7

if TYPE_CHECKING:
    from kapok.site.testing.stage import Stage

DATA = Path(__file__).parents[2] / "demo" / "data"
PASSWORD = "synthetic-2026"


@pytest.fixture(scope="session")
def catalogue_template(django_db_setup: None, own_database: "Stage", django_db_blocker: object) -> str:
    """A database with regions, calendar, agencies and items, made once a process; the modules of journeys are copied from it."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        return own_database.filled("catalogue", _load)


@pytest.fixture(scope="module")
def catalogue(catalogue_template: str, own_database: "Stage", django_db_blocker: object) -> Iterator[None]:
    """The catalogue for a module; other tests begin with nothing again."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        stage = own_database.on(catalogue_template)
        stage.__enter__()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        stage.__exit__(None, None, None)


def _load() -> None:
    from django.apps import apps

    from kapok.kernel.orgs.public import load_agencies
    from kapok.services.items.public import import_items

    for config in apps.get_app_configs():
        if (Path(config.path) / "setup.py").exists():
            __import__(f"{config.name}.setup", fromlist=["set_up"]).set_up(lambda line: None)
    load_agencies(DATA / "agencies.toml", by=system_actor("测试"))
    import_items(DATA / "items", by=system_actor("测试"))


@pytest.fixture
def people(catalogue: None, db: None) -> SimpleNamespace:
    """A citizen, and staff of the agency that a test asks for."""
    desk = system_actor("测试")
    citizen = sign_up("陈小岚", "440106199001010013", "16012345678", PASSWORD, by=desk)
    return SimpleNamespace(citizen=actor_of_account(citizen.id), citizen_account=citizen, staff=_staff)


def _staff(role: str, org: int, name: str = "王测试") -> object:
    desk = system_actor("测试")
    account = open_account(f"{role}-{uuid7().hex[-12:]}", name, Account.STAFF, password=PASSWORD, org=org, by=desk)
    grant(account, role, org=org, reason="测试", by=desk)
    return actor_of_account(account.id)
