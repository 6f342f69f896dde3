"""A case about a licence that exists: it is done to the one the form means, of the deciding agency, and to no other."""

import pytest
from django.db import transaction

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.parties.public import Party
from kapok.support.licences.actions.issuing import issue_for_case
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.data import Issued
from kapok.support.licences.errors import CannotIssue
from kapok.support.licences.models import Licence
from kapok.support.licences.tests.factories import ANSWERS, Issuer, issuer, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer()


def ended(office: Issuer, holder: Party, by: Issuer | None = None, **answers: str) -> Issued | None:
    """A granted 注销 of an office, under a type of `office`."""
    desk = by or office
    with transaction.atomic():
        return issue_for_case(
            office.type, case=uuid7(), case_number="440301", item_code=office.item, item_name="场所许可", holder=holder.id,
            org=desk.org.id, region=desk.org.region_id, scope=desk.scope, answers={**ANSWERS, **answers}, valid_from=clock.today(),
            situation={"kind": "cancel"}, by=desk.approver,
        )  # fmt: skip


def states(*issued: Issued) -> list[str]:
    return [Licence.objects.get(id=each.id).state for each in issued]


def test_of_two_licences_the_one_the_form_names_is_ended(office: Issuer) -> None:
    holder = person()
    first, second = office.issue(holder), office.issue(holder, {"place": "乙路2号", "kind": "hall"})
    drain()
    done = ended(office, holder, old_number=first.number)
    assert done is not None and done.id == first.id
    assert states(first, second) == ["cancelled", "valid"]


def test_between_two_nobody_guesses(office: Issuer) -> None:
    holder = person()
    first, second = office.issue(holder), office.issue(holder)
    drain()
    with pytest.raises(CannotIssue) as refused:
        ended(office, holder)
    assert [fault.code for fault in refused.value.faults] == ["licences.which_one"]
    assert first.number in str(refused.value.faults[0].says)
    assert states(first, second) == ["valid", "valid"]


def test_another_agencys_licence_is_left_alone(office: Issuer) -> None:
    holder, other = person(), issuer("广州市另一局", region="440100000000")
    mine = office.issue(holder)
    drain()
    assert ended(office, holder, other) is None
    assert states(mine) == ["valid"]


def test_ending_what_is_not_kept_here_issues_nothing(office: Issuer) -> None:
    assert ended(office, person()) is None
    assert not Licence.objects.exists()
