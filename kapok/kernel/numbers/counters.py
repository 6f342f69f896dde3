"""Taking numbers."""

import logging

from django.db import connection, transaction

from kapok.kernel.numbers.models import Counter
from kapok.kernel.numbers.profiles import Profile, alarms, profiles

log = logging.getLogger(__name__)

TAKE = """insert into numbers_counter as c (profile, key, value) values (%s, %s, 1)
on conflict (profile, key) do update set value = c.value + 1 returning value"""
"""One number: parameters profile and key, answer `value`.

To fold it into a larger statement so that it hangs on a row really changed: `insert into numbers_counter as c (profile, key,
value) select %s, %s, 1 from <the update> on conflict (profile, key) do update set value = c.value + 1 returning value`.
Take it as late as possible: the counter's row stays locked until commit (taken first it quarters the rate).
"""


def take(profile: str, key: str) -> int:
    """The next value of a counter, inside the caller's transaction: rolled back with it, so no hole and no duplicate."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [profile, key])
        value = int(cursor.fetchone()[0])
    noticed(profile, key, value)
    return value


def take_text(profile: str, key: str) -> str:
    """The next number as the profile writes it; `NumbersExhausted` past its last one."""
    return profiles.get(profile).render(take(profile, key), key)


def noticed(profile: str, key: str, value: int) -> None:
    """Raise the alarm after commit if `value` is the first past the decimals; called by those who fold `TAKE` themselves."""
    known = profiles.find(profile)
    if known is not None and value == known.decimal + 1:
        transaction.on_commit(lambda: _alarm(known, key, value))


def overflowing() -> list[Counter]:
    """Counters past their decimal places, for the operator's page; true even if the process died before its alarm."""
    found: list[Counter] = []
    for profile in profiles:
        found += Counter.objects.filter(profile=profile.name, value__gt=profile.decimal).order_by("-key")[:100]
    return found


def _alarm(profile: Profile, key: str, value: int) -> None:
    log.warning("counter %s %s has passed %s", profile.name, key, profile.decimal)
    for name, alarm in alarms.all().items():
        try:
            alarm(profile, key, value)
        except Exception:
            log.exception("alarm %s failed for counter %s %s", name, profile.name, key)
