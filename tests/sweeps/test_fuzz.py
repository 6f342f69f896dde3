"""Whatever is sent to whatever page or API, no answer is a 500: ten minutes of it with KAPOK_FULL=1, a few seconds otherwise."""

import json
import os
import random
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import Account
from kapok.services.intake.public import begin_draft
from kapok.services.intake.tests.factories import office, person
from tests.architecture.source import assert_none
from tests.sweeps.people import client_of, everybody
from tests.sweeps.routes import Route, all_routes

pytestmark = pytest.mark.django_db

SECONDS = 600 if os.environ.get("KAPOK_FULL") == "1" else 8
BITS = (
    "", "0", "-1", "99999999999999999999", "1e9", "NaN", "true", "null", "[]", "{}", "'", "\"", "\\", "%", "_", "\x00", "\n", "\u202e",
    "😀", "ｘ",
    "一" * 300, "<script>", "{{7*7}}",
    "../..", "2026-02-30", "2026-11-25", "0000-00-00", "24:61", "09:00", "440300000000", "999999999999", "=1+1",
    "01900000-0000-7000-8000-000000000000", "WzEsMiwzXQ", "W10", "x" * 5000, "accept", "accepted", "draft", "1", "2",
)  # fmt: skip
NAMES = (
    "q", "after", "before", "page", "size", "sort", "region", "theme", "audience", "org", "where", "online", "code", "day", "first", "last",
    "next", "party", "name", "number", "phone", "login", "password", "title", "text", "act", "outcome", "faults", "reason", "value", "item",
    "impl_code", "starts_day", "ends_day", "state", "label", "says", "year", "on", "effective", "ids", "notice", "maintenance", "slot",
    "capacity", "appointment", "rating", "drop", "again", "step", "key", "channel", "duty", "city", "approver", "section", "branch", "tab",
)  # fmt: skip


class Generator:
    """Requests by a seeded dice: real keys half of the time, junk otherwise."""

    def __init__(self, seed: int, keys: list[str]) -> None:
        self.dice, self.keys = random.Random(seed), keys

    def bit(self) -> str:
        return self.dice.choice(self.keys) if self.dice.random() < 0.3 else self.dice.choice(BITS)

    def address(self, route: Route) -> str:
        address = route.address
        for absent in ("01900000-0000-7000-8000-000000000000", "absent", "987654321"):
            while absent in address and self.dice.random() < 0.8:
                junk = self.bit().replace("\n", "").replace("\x00", "%00").replace("#", "").replace("?", "")[:300]
                fits = self.dice.choice(self.keys) if absent.startswith("0190") else junk or "x"
                address = address.replace(absent, fits, 1)
        return address

    def fields(self) -> dict[str, Any]:
        return {self.dice.choice(NAMES): self.bit() for _ in range(self.dice.randrange(6))}

    def body(self) -> str:
        """What an API is sent: JSON of any shape, or none at all."""
        values = [self.bit(), None, True, -1, 10**30, 1.5, [], {}, [self.bit()], {self.bit(): self.bit()}]
        said = {name: self.dice.choice([value, *values]) for name, value in self.fields().items()}
        return self.dice.choice([json.dumps(said), json.dumps(said), json.dumps(said)[:-1], self.bit(), "[[" * 500])


@pytest.fixture
def world() -> tuple[list[Client], list[str]]:
    """A visitor, a citizen with a case and a draft, and somebody who may do everything; and the keys of what there is."""
    staff = everybody()
    place, party = office("深圳市受测局"), person("测试乙")
    citizen = Account.objects.create(login="fuzz-citizen", name="测试乙", kind="person", party_id=party.id)
    case, draft = place.case(party), begin_draft(place.law, by=actor_of_account(citizen.id))
    law = place.law
    keys = [
        str(case),
        str(draft.id),
        str(law.version_id),
        str(party.id),
        place.item.impl_code,
        law.base_code,
        str(place.org.id),
        "440300000000",
    ]
    return [client_of(), client_of(citizen), client_of(staff)], keys


@pytest.mark.feature("07.17", part="fuzz run without 500")
def test_no_request_whatever_ends_in_a_500(world: tuple[list[Client], list[str]], tmp_path: Path) -> None:
    clients, keys = world
    seed = int(os.environ.get("PYTEST_RANDOM_SEED", "20261125"))
    maker, routes = Generator(seed, keys), [route for route in all_routes() if not route.pattern.startswith(("/health", "/metrics"))]
    ends, broken, asked = time.monotonic() + SECONDS, [], 0
    while time.monotonic() < ends and len(broken) < 20:
        route, client = maker.dice.choice(routes), maker.dice.choice(clients)
        address, method, fields, said = maker.address(route), "post" if maker.dice.random() < 0.5 else "get", maker.fields(), {}
        if route.operations and method == "post":
            fields, said = maker.body(), {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": f"fuzz-{asked}"}
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined]  # the test's own, not one that the request stands in
        with around:
            answer = getattr(client, method)(address, fields, **said)
            transaction.set_rollback(True)
        connection.needs_rollback = False
        asked += 1
        if answer.status_code >= 500:
            broken.append(f"{method} {address[:120]} {str(fields)[:200]}: {answer.status_code} {_cause(answer)}")
    assert_none(broken)
    assert asked > SECONDS


def _cause(answer: Any) -> str:
    info = getattr(answer, "exc_info", None)
    return repr(info[1])[:160] if info else ""
