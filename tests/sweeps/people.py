"""People the sweeps walk as, on a small province."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.test import Client

from kapok.kernel.access.public import ROLES, grant, system_actor
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.regions.tests.factories import small_province

PROVINCE = "440000000000"
BY = system_actor("sweep")


def client_of(account: Account | None = None) -> Client:
    """A browser, signed in if an account is given; errors come back as answers."""
    client = Client(raise_request_exception=False)
    if account is not None:
        session = client.session
        session["account"] = str(account.id)
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def nobody() -> Account:
    """A member of staff with a login and without a single grant."""
    return open_account("sweep-nobody", "无权人员", Account.STAFF, by=BY)


def everybody() -> Account:
    """A member of staff with every role in the whole province (no real person ever is)."""
    with tempfile.TemporaryDirectory() as folder:
        small_province(Path(folder))
    account = open_account("sweep-everybody", "全权人员", Account.STAFF, by=BY)
    for role in ROLES:
        grant(account, role, region=PROVINCE, reason="sweep", by=BY)
    return account
