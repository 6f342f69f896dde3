"""Organisations for tests, here and in the apps above."""

from itertools import count
from typing import Any

from kapok.kernel.common.codes import uscc
from kapok.kernel.orgs.public import Org, OrgFields, create_org
from kapok.kernel.regions.public import Console

ADMIN = Console("测试管理员")
_numbers = count(10_000_000)


def credit_code(region: str = "440103") -> str:
    """A credit code of a government body with right check characters."""
    body = str(next(_numbers))
    return uscc.make("11", region[:6], body)


def fields(name: str = "荔湾区市场监督管理局", **said: Any) -> OrgFields:
    """A county agency, unless said otherwise."""
    region = said.pop("region", "440103000000")
    return OrgFields(**{"name": name, "kind": "agency", "level": 4, "region": region, "uscc": credit_code(region), **said})


def make_org(name: str = "荔湾区市场监督管理局", **said: Any) -> Org:
    """The same, entered."""
    return create_org(fields(name, **said), by=ADMIN)
