"""What a use does not give: a file of an ended licence, more than was asked for, what nobody has a ground to see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, Refused
from kapok.support.licences import jobs
from kapok.support.licences.actions import using_copies
from kapok.support.licences.actions.changing import revoke
from kapok.support.licences.actions.using import use_licence
from kapok.support.licences.actions.using_codes import Allowed, consent, give_code, register_system
from kapok.support.licences.actions.using_copies import CopyTerms, annotated_copy, copy_of_use
from kapok.support.licences.actions.using_signing import qr_payload
from kapok.support.licences.data import LicenceFacts
from kapok.support.licences.models import Copy, Licence, Use
from kapok.support.licences.queries.business import business_status
from kapok.support.licences.queries.licences import held_by, licence
from kapok.support.licences.queries.using_verify import copy_status
from kapok.support.licences.tests.factories import Issuer, account, desk, issuer, seal_by_hand, staff
from kapok.support.licences.tests.factories_using import Desk, Holder, desk_of, held, holder
from kapok.support.seals.public import FileFacts

pytestmark = pytest.mark.django_db
ITEM = "000199990001"


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
def cases(office: Issuer) -> Iterator[Desk]:
    with desk_of() as made:
        made.serve(office, ITEM)
        yield made


def terms() -> CopyTerms:
    return CopyTerms("开户", "某银行", clock.now() + timedelta(days=9))


def test_no_file_is_made_of_a_use_once_the_licence_has_ended(office: Issuer, me: Holder, mine: Licence) -> None:
    used = use_licence(mine.id, "holder", item_code=ITEM, case_number="c1", result="file", by=me.actor)
    revoke(mine.id, "处罚决定", by=office.leader)
    with pytest.raises(Refused) as refused:
        copy_of_use(used.id, "pdf", by=me.actor)
    assert refused.value.code == "licences.not_in_force"
    assert Copy.objects.filter(file__isnull=False).count() == 0


def test_one_copy_that_is_refused_holds_up_none_and_one_cut_off_is_finished(
    me: Holder, mine: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (using_copies._begin_own(mine.id, "pdf", terms(), me.actor) for _ in range(2))
    real = using_copies._sealed

    def refusing(row: Copy) -> bytes:
        if row.id == first.id:
            raise Refused("licences.copy_source")
        return real(row)

    monkeypatch.setattr(using_copies, "_sealed", refusing)
    jobs.finish_copies()
    assert not Copy.objects.filter(file__isnull=False).exists(), "somebody may be at it just now"
    monkeypatch.setattr(jobs, "CUT_OFF", timedelta(seconds=-1))
    jobs.finish_copies()
    assert Copy.objects.get(id=second.id).file is not None


def test_a_licence_taken_over_before_its_holder_registered_is_the_holders_all_the_same(me: Holder, mine: Licence) -> None:
    Licence.objects.filter(id=mine.id).update(holder=None)
    made = annotated_copy(mine.id, "pdf", terms(), by=me.actor)
    assert me.browser().get(f"/mine/licences/copies/{made.id}/").status_code == 200
    use = Use.objects.get()
    assert use.holder == me.party.id
    assert me.browser().get(f"/mine/licences/uses/{use.id}/").status_code == 200


def test_a_key_to_look_once_shows_what_was_asked_for_and_the_log_says_it(me: Holder, mine: Licence) -> None:
    used = use_licence(mine.id, "holder", item_code=ITEM, case_number="c1", result="view", fields=["holder_name"], by=me.actor)
    page = Client().post(f"/verify/view/{used.token}/").content.decode()
    assert "林小满" in page and "示范路1号" not in page
    assert Use.objects.get().fields == ["holder_name"]


def test_the_desk_lists_only_what_there_is_a_ground_for(office: Issuer, me: Holder, mine: Licence, cases: Desk) -> None:
    case, page = cases.open(office, me.party, ITEM), "/work/licences/use/"
    clerk = desk(office.approver)
    for way in ("holder", "consent", "duty"):
        assert mine.number not in clerk.post(page, {"case_number": case.number, "way": way}).content.decode()
    said = {"case_number": case.number, "way": "holder", "code": give_code(mine.id, by=me.actor).code}
    assert mine.number in clerk.post(page, said).content.decode(), "the code names its licence itself"
    consent(mine.id, Allowed(office.org.id, ITEM, "办理备案", clock.now() + timedelta(days=3)), by=me.actor)
    assert mine.number in clerk.get(f"{page}?case={case.number}").content.decode()


def test_answers_kept_for_retries_hold_no_face_in_the_open(me: Holder, mine: Licence) -> None:
    said = {"mode": "holder", "licence": str(mine.id), "item_code": ITEM, "case_number": "c1", "fields": ["holder_name"]}
    browser, headers = me.browser(), {"Idempotency-Key": "use-kept-under-seal"}
    first, again = (
        browser.post("/api/licences/v1/uses", orjson.dumps(said), content_type="application/json", headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert orjson.loads(first.content) == orjson.loads(again.content)
    assert orjson.loads(again.content)["face"] == {"holder_name": "林小满"}
    assert Use.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("select answer::text from api_answer")
        assert "林小满" not in cursor.fetchone()[0]


@pytest.mark.parametrize("forged", [{"holder_name": "张某某"}, {"valid_to": date(2099, 1, 1)}])
def test_a_printed_code_that_says_something_else_is_not_called_valid(mine: Licence, forged: dict[str, object]) -> None:
    facts: LicenceFacts = replace(licence(mine.id), **forged)
    told = copy_status(FileFacts(identifier=qr_payload(facts)))
    assert told is not None and (told.status, told.tone, told.word) == ("differs", "bad", "与登记不符")
    assert "现行有效" not in told.says


def test_a_licence_whose_first_day_is_ahead_is_not_used_yet(office: Issuer, me: Holder) -> None:
    row = held(office, me.party, valid_from=clock.today() + timedelta(days=3))
    with pytest.raises(Refused) as refused:
        annotated_copy(row.id, "pdf", terms(), by=me.actor)
    assert refused.value.code == "licences.not_begun"
    assert "尚未生效" in me.browser().get("/mine/licences/").content.decode()
    assert "尚未生效" in desk(office.clerk).get(f"/work/licences/{row.id}/").content.decode()
    for told in (business_status(FileFacts(identifier=row.identifier)), copy_status(FileFacts(identifier=qr_payload(licence(row.id))))):
        assert told is not None and (told.word, told.tone == "good") == ("尚未生效", False) and "现行有效" not in told.says
    (held_now,) = held_by(me.party.id, at=clock.now())
    assert (held_now.state, held_now.usable) == ("valid", False)
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert licence(row.id).usable


def test_a_system_is_registered_for_items_within_the_operators_reach_only(office: Issuer, cases: Desk) -> None:
    other = issuer("广州市另一局", region="440100000000")
    with pytest.raises(Forbidden):
        register_system(account().id, ITEM, reason="接入登记", by=staff("operator", other.org))
    assert register_system(account().id, ITEM, reason="接入登记", by=staff("operator", office.org)).item_code == ITEM


def test_what_was_held_at_a_moment_costs_two_statements_however_much_it_is(office: Issuer, me: Holder) -> None:
    rows = [office.issue(me.party) for _ in range(4)]
    for each in rows:
        seal_by_hand(each.id)
    before = clock.now()
    revoke(rows[0].id, "处罚决定", by=office.leader)
    with CaptureQueriesContext(connection) as statements:
        then = held_by(me.party.id, at=before)
    assert len(statements) == 2
    assert {(each.state, each.usable) for each in then} == {("valid", True)}
    assert {each.state for each in held_by(me.party.id, at=clock.now())} == {"valid", "revoked"}
