"""A file taken at the desk with one form is one use, clicked twice or sent again after waiting for a seal."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from kapok.support.licences.models import Copy, Licence, Use
from kapok.support.licences.tests.factories import SYSTEM, Issuer, desk, give_seal, issuer
from kapok.support.licences.tests.factories_using import Desk, Holder, desk_of, held, holder
from kapok.support.seals.actions.steps import suspend_seal
from kapok.support.seals.public import active_seal

pytestmark = pytest.mark.django_db
PAGE = "/work/licences/use/"


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def me() -> Holder:
    return holder("林小满")


@pytest.fixture
def mine(office: Issuer, me: Holder) -> Licence:
    return held(office, me.party)


@pytest.fixture
def cases() -> Iterator[Desk]:
    with desk_of() as made:
        yield made


def form(clerk: Client, number: str, mine: Licence) -> dict[str, str]:
    """What the page sends, with the mark of this form."""
    found = re.search(r'name="sending" value="([0-9a-f-]{36})"', clerk.get(f"{PAGE}?case={number}").content.decode())
    assert found is not None
    return {"case_number": number, "way": "duty", "result": "file", "licence": str(mine.id), "sending": found[1]}


def test_a_double_click_is_one_use(office: Issuer, me: Holder, mine: Licence, cases: Desk) -> None:
    cases.serve(office, needs=(office.type.code,))
    number, clerk = cases.open(office, me.party).number, desk(office.approver)
    said = form(clerk, number, mine)
    answers = [clerk.post(PAGE, said) for _ in range(2)]
    assert [(each.status_code, each["Content-Type"]) for each in answers] == [(200, "application/ofd")] * 2
    assert (Use.objects.count(), Copy.objects.count()) == (1, 1)
    assert clerk.post(PAGE, form(clerk, number, mine)).status_code == 200
    assert Use.objects.count() == 2, "a form opened anew is another use"


def test_sent_again_after_waiting_for_the_seal_it_is_still_one_use(office: Issuer, me: Holder, mine: Licence, cases: Desk) -> None:
    cases.serve(office, needs=(office.type.code,))
    clerk = desk(office.approver)
    said = form(clerk, cases.open(office, me.party).number, mine)
    seal = active_seal(office.org.id)
    assert seal is not None
    suspend_seal(seal.id, reason="印章介质遗失", by=SYSTEM)
    waits = clerk.post(PAGE, said)
    assert (waits.status_code, said["sending"] in waits.content.decode()) == (422, True)
    give_seal(office.org)
    assert clerk.post(PAGE, said)["Content-Type"] == "application/ofd"
    assert (Use.objects.count(), Copy.objects.count()) == (1, 1)
