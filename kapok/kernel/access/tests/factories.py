"""Staff with a role somewhere, for tests here and above."""

from itertools import count
from typing import Any

from kapok.kernel.access.public import Actor, actor_of_account, grant, system_actor
from kapok.kernel.accounts.public import Account, open_account

SYSTEM = system_actor("测试")
_numbers = count(1)


def account(org: int | None = None) -> Account:
    return open_account(f"holder{next(_numbers)}", "王测试", "staff", org=org, by=SYSTEM)


def holder(role: str, *, org: int | None = None, region: str = "", **said: Any) -> Actor:
    """Someone who holds a role in an org or a jurisdiction."""
    made = account(org)
    grant(made, role, org=org, region=region, reason="测试", by=SYSTEM, **said)
    return again(made)


def again(who: Account | Actor) -> Actor:
    """The same person at the next request."""
    return actor_of_account(who.id if isinstance(who, Account) else who.account)
