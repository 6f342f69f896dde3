"""The account pages, for the browser sweeps."""

from datetime import date
from itertools import count
from typing import Any

from kapok.kernel.access.public import system_actor
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.parties.public import register_company, register_person
from kapok.kernel.ui.public import Sample

BY = system_actor("演示")
_made = count(1)


def representative() -> Any:
    """A person who acts for two enterprises, one with a very long name."""
    number = next(_made)
    person = register_person("林小满", citizen.make("440104", date(1990, 1, number % 28 + 1), 996), "16000000000", by=BY)
    for turn, name in enumerate(("深圳市云岚食品有限公司", "广东省合澜星湖木棉望岳智能装备制造与环境治理工程技术服务有限责任公司")):
        register_company(name, uscc.make("91", "440305", f"MX{number:05d}{turn}"), representative=person, by=BY)
    return open_account(f"access-{number}", "林小满", "person", party=person, by=BY)


def alone() -> Any:
    """A person who acts for nobody."""
    number = next(_made)
    person = register_person("陈大文", citizen.make("440104", date(1991, 1, number % 28 + 1), 997), by=BY)
    return open_account(f"access-{number}", "陈大文", "person", party=person, by=BY)


PAGES = [
    Sample("access:sign-in"),
    Sample("access:sign-up"),
    Sample("access:sign-out", login=alone),
    Sample("access:switch", login=representative),
    Sample("access:switch", login=alone, name="access:switch-alone"),
]
