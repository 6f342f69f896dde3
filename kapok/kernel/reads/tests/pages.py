"""The pages of reads, for the browser sweeps."""

from datetime import date
from itertools import count
from typing import Any

from kapok.kernel.access.public import system_actor
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common.codes import citizen
from kapok.kernel.parties.public import register_person
from kapok.kernel.reads.public import note_read
from kapok.kernel.ui.public import Sample

BY = system_actor("数据共享服务")
BIRTHDAY = date(1990, 1, 1)
_made = count(1)


def read_person() -> Any:
    """An account whose record was read a few times."""
    number = next(_made)
    party = register_person("林小满", citizen.make("440104", BIRTHDAY, number), "13800000000", by=BY)
    for purpose in ("办理食品经营许可，核验申请人身份", "补正材料核对", "数据共享：核验婚姻登记信息"):
        note_read(BY, party.id, purpose)
    return open_account(f"reads-{number}", "林小满", "person", party=party, by=BY)


def unread_person() -> Any:
    """An account whose record nobody read."""
    number = next(_made)
    party = register_person("陈大文", citizen.make("440104", BIRTHDAY, number), by=BY)
    return open_account(f"reads-{number}", "陈大文", "person", party=party, by=BY)


PAGES = [Sample("reads:mine", login=read_person), Sample("reads:mine", login=unread_person, name="reads:nobody")]
