"""The pages of notices, for the browser sweeps."""

from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.urls import reverse

from kapok.kernel.access.public import actor_of_account, grant, system_actor
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common.codes import citizen
from kapok.kernel.notices.models import Notice
from kapok.kernel.notices.public import NoticeTemplate, deliver_waiting, inbox, mark_read, send, templates
from kapok.kernel.parties.public import register_person
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample

BY = system_actor("演示")
BIRTHDAY = date(1991, 1, 1)
WORDS = NoticeTemplate(
    "sample.accepted", "case", "申请已受理", "您申请的“{item}”已受理，预计 12 月 9 日前办结。",
    "Application accepted", "Your application “{item}” was accepted and is expected to be decided by 9 December.",
    "您申请的“{item}”已受理。", "/",
)  # fmt: skip
_made = count(1)


def person(messages: int = 0) -> Any:
    """An account whose party has so many messages, the first of them read."""
    templates()["sample.accepted"] = WORDS
    templates()["sample.correct"] = replace(WORDS, key="sample.correct", title="材料需要补正", title_en="Correction needed")
    number = next(_made)
    party = register_person("林小满", citizen.make("440104", BIRTHDAY, number), "13800000000", by=BY)
    account = open_account(f"notices-{number}", "林小满", "person", party=party, by=BY)
    for turn in range(messages):
        key = ("sample.accepted", "sample.correct")[turn % 2]
        send(key, to=party.id, data={"item": "食品经营许可（新办）"}, dedupe=str(turn), by=BY)
    actor = actor_of_account(account.id)
    first = inbox(actor).order_by("id").first()
    if first:
        mark_read([first.id], by=actor)
    return account


def reader() -> Any:
    return person(24)


def operator() -> Any:
    """An operator, and text messages that went out."""
    person(3)
    deliver_waiting()
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    account = open_account(f"notices-{next(_made)}", "运维", "staff", by=BY)
    grant(account, "operator", region="440000000000", reason="运维", by=BY)
    return account


class _Opened:
    """A message and its reader, made together: the page belongs to one account."""

    account: Any = None

    def login(self) -> Any:
        self.account = person(1)
        return self.account

    def address(self) -> str:
        if self.account is None:
            self.login()
        return reverse("notices:message", args=[Notice.objects.get(recipient=self.account.party_id).id])


_opened = _Opened()
PAGES = [
    Sample("notices:inbox", login=reader),
    Sample("notices:inbox", login=person, name="notices:nothing"),
    Sample("notices:message", make=_opened.address, login=lambda: _opened.account or _opened.login()),
    Sample("notices:preferences", login=person),
    Sample("notices:sms", login=operator),
]
