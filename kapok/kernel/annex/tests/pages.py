"""The annex's pages for the browser sweeps: the whole board, one row, one city, one square, its evidence, exemptions."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.urls import reverse

from kapok.kernel.access.public import grant, system_actor
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.annex.queries import PROVINCE
from kapok.kernel.regions.public import find_region
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample

SHENZHEN = "440300000000"


def administrator() -> Account:
    """A provincial administrator."""
    by = system_actor("sweep")
    account = Account.objects.filter(login="annex-admin").first()
    if account is None:
        if find_region(PROVINCE) is None:
            with tempfile.TemporaryDirectory() as folder:
                small_province(Path(folder))
        account = open_account("annex-admin", "分工管理员", Account.STAFF, by=by)
        grant(account, "admin", region=PROVINCE, reason="浏览器检查", by=by)
    return account


def at(route: str, *args: object) -> Callable[[], str]:
    return lambda: reverse(route, args=args)


PAGES = [
    Sample("annex:board", login=administrator),
    Sample("annex:row", at("annex:row", 8), login=administrator),
    Sample("annex:city", at("annex:city", SHENZHEN), login=administrator),
    Sample("annex:square", at("annex:square", 8, SHENZHEN), login=administrator),
    Sample("annex:evidence", at("annex:evidence", "08.dB", SHENZHEN), login=administrator),
    Sample("annex:exemptions", login=administrator),
    Sample("annex:exempt", login=administrator),
]
