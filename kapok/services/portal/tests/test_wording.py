"""What a state says to the citizen: the province's default, and what is laid over it, level by level (07.05)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import Conflict, Forbidden, Invalid, NotHere, Refused
from kapok.kernel.journal.public import follow_all, history, seal_new
from kapok.kernel.notices.public import inbox, opened
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.public import Case, Given, act, supplement
from kapok.services.intake.tests.factories import Office
from kapok.services.items.tests.factories import PROVINCE, staff
from kapok.services.portal.actions.wording import set_wording
from kapok.services.portal.models import StateWording
from kapok.services.portal.queries import wording_for, wordings_for
from kapok.services.portal.rules import STATES, check_words, key_of, wording
from kapok.services.portal.rules.wording import OUTCOMES, defaults
from kapok.services.portal.tests.factories import Citizen, citizen, served

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Office:
    return served()


@pytest.fixture
def me() -> Citizen:
    return citizen()


@pytest.fixture
def admin(place: Office) -> Actor:
    return staff("admin", place.org)


FAULTS = {"faults": [{"kind": "material", "key": "plan", "says": "缺第二页"}]}
ACTS: dict[str, tuple[tuple[str, str, dict[str, Any], str], ...]] = {
    "applied": (),
    "correcting": (("request_correction", "listed", FAULTS, "clerk"),),
    "accepted": (("accept", "accepted", {}, "clerk"),),
    "not_accepted": (("accept", "refused", {"reason": "不属于本机关职权", "basis": "办法第三条"}, "clerk"),),
    "closed": (
        ("accept", "accepted", {}, "clerk"),
        ("examine", "pass", {"opinion": "同意"}, "approver"),
        ("decide", "granted", {"opinion": "准予"}, "leader"),
    ),
}


def case_in(place: Office, who: Citizen, state: str) -> Case:
    """A case that the desk brought into a state."""
    made = place.case(who.party)
    for name, outcome, given, doer in ACTS[state]:
        act(made, name, outcome, given, by=getattr(place, doer))
    return Case.objects.get(id=made)


ABOVE: dict[str, Any] = {"label": "省改的名称", "says": "省改的说明。"}
OWN: dict[str, Any] = {"label": "本单位的名称", "says": "本单位的说明。"}
TABLE = [
    # state, who lays what over the default (version, base, item), then: label, action flag, upload, notify
    ("applied", {}, "已提交", "", False, True),
    ("correcting", {}, "需要您补正", "correct", False, True),
    ("accepted", {}, "已受理", "", True, True),
    ("closed", {}, "已办结", "collect", False, True),
    ("not_accepted", {}, "不予受理", "", False, True),
    ("applied", {"base": {**ABOVE, "upload": True, "action": "upload"}}, "省改的名称", "upload", True, True),
    ("accepted", {"base": {**ABOVE, "upload": False}}, "省改的名称", "", False, True),
    ("accepted", {"version": {"label": "清单的名称", "notify": "false"}}, "清单的名称", "", True, False),
    ("accepted", {"base": ABOVE, "version": {"label": "清单的名称"}}, "清单的名称", "", True, True),
    ("accepted", {"base": ABOVE, "item": {**OWN, "notify": False, "action": "book"}}, "本单位的名称", "book", True, False),
    ("closed", {"base": ABOVE, "version": {"label": "清单的名称"}, "item": {"action": ""}}, "清单的名称", "", False, True),
    ("correcting", {"item": {"notify": False, "label": "请补材料"}}, "请补材料", "correct", False, False),
    ("not_accepted", {"item": {"notify": False}}, "不予受理", "", False, False),
]


@pytest.mark.feature("07.05")
@pytest.mark.parametrize(("state", "laid", "label", "action", "upload", "notify"), TABLE)
def test_item_by_state_by_override_gives_words_action_upload_and_notice(
    state: str, laid: dict[str, dict[str, Any]], label: str, action: str, upload: bool, notify: bool, me: Citizen
) -> None:  # fmt: skip
    place = served(elements={"wording": {state: laid["version"]}} if "version" in laid else {})
    if "base" in laid:
        chief = staff("admin", place.org, region=PROVINCE)
        set_wording(state, laid["base"], base=place.law.base_code, reason="全省统一", by=chief)
    if "item" in laid:
        set_wording(state, laid["item"], item=place.item.impl_code, reason="本地情况", by=staff("admin", place.org))
    other = case_in(served("深圳市不受影响局"), me, state)
    case = case_in(place, me, state)

    words = wording_for(case)
    assert (words.label, words.action, words.upload, words.notify) == (label, action, upload, notify)
    assert wording_for(other).label == defaults()[state]["label"], "another item is not touched"
    browser = me.browser()
    for page in (browser.get("/mine/").content.decode(), browser.get(f"/mine/cases/{case.id}/").content.decode()):
        assert label in page and words.says in page
    asked = browser.get("/mine/?show=asked").content.decode()
    assert (str(case.id) in asked) == bool(action)
    uploads = browser.get(f"/mine/cases/{case.id}/upload/").status_code == 200
    assert uploads == (upload and case.open)
    assert told(me, case) == notify
    assert may_supplement(me, case) == (upload and case.open and state != "correcting")


LETTERS = {"applied": "applied", "correcting": "correction", "accepted": "accepted", "not_accepted": "not_accepted", "closed": "granted"}


def told(me: Citizen, case: Case) -> bool:
    """Whether the last move of the case reached the inbox, by the real order of the journal."""
    seal_new()
    follow_all()
    letters = opened(list(inbox(me.actor).filter(template=f"intake.{LETTERS[case.state]}")))
    return any(str(case.id) in letter.link for letter in letters)


@pytest.mark.feature("07.05", part="the ends of a case apart")
@pytest.mark.parametrize(("untold", "reached"), [("denied", False), ("closed", True)])
def test_an_end_that_has_words_of_its_own_is_told_or_not_by_them(
    untold: str, reached: bool, me: Citizen, place: Office, admin: Actor
) -> None:
    set_wording(untold, {"notify": False}, item=place.item.impl_code, reason="当面告知", by=admin)
    case = place.case(me.party)
    for name, outcome, given, doer in ACTS["closed"][:2]:
        act(case, name, outcome, given, by=getattr(place, doer))
    act(case, "decide", "denied", {"reason": "不符合条件", "remedy": "可以申请行政复议"}, by=place.leader)
    seal_new()
    follow_all()
    assert inbox(me.actor).filter(template="intake.denied").exists() is reached


def may_supplement(me: Citizen, case: Case) -> bool:
    """Whether intake itself takes a further material: the page's word is not the wall."""
    try:
        supplement(case.id, (Given("plan", "paper", (), 0, 2),), by=me.actor)
    except Refused as refused:
        assert refused.code == "intake.upload_not_allowed"
        return False
    return True


def test_every_state_of_a_case_and_every_end_has_words_in_both_languages() -> None:
    from kapok.services.intake.public import table

    assert set(table().states) | set(OUTCOMES) | {"answered"} == set(STATES)
    for key in STATES:
        chinese = wording(key)
        with translation.override("en"):
            assert wording(key).label != chinese.label and wording(key).says.isascii()
        assert check_words(key, defaults()[key]) == []
    assert [key for key in STATES if not wording(key).notify] == ["collected"], "whatever is served on the applicant is told by default"


@pytest.mark.parametrize(
    ("state", "outcome", "answered", "key"),
    [("correcting", "", True, "answered"), ("correcting", "", False, "correcting"), ("closed", "withdrawn", False, "withdrawn"),
     ("closed", "granted", False, "closed"), ("closed", "denied", False, "denied"), ("accepted", "", False, "accepted")],
)  # fmt: skip
def test_a_state_has_its_key(state: str, outcome: str, answered: bool, key: str) -> None:
    assert key_of(state, outcome, answered) == key


def test_english_goes_with_the_chinese_it_belongs_to() -> None:
    with translation.override("en"):
        assert wording("applied", {"label": "新的名称"}).label == "新的名称"
        assert wording("applied", {"label": "新的名称", "label_en": "New"}).label == "New"
        assert wording("applied", {"says": "新说明"}).label == "Submitted"


def test_words_are_numbered_kept_and_given_back(place: Office, admin: Actor) -> None:
    code = place.item.impl_code
    first = set_wording("accepted", {"label": "一"}, item=code, reason="试用", expect=0, by=admin)
    with pytest.raises(Conflict):
        set_wording("accepted", {"label": "二"}, item=code, reason="试用", expect=0, by=admin)
    second = set_wording("accepted", {}, item=code, reason="恢复默认", expect=1, by=admin)
    assert (first.number, second.number) == (1, 2)
    assert [entry.event for entry in history(place.item.uuid)][-2:] == ["portal.wording_set"] * 2
    with pytest.raises(DatabaseError), transaction.atomic():
        StateWording.objects.filter(id=first.id).update(words={})
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()


def test_only_the_agencys_admin_sets_its_words_and_only_the_province_those_of_all(place: Office, admin: Actor) -> None:
    for stranger in (place.clerk, staff("admin", served("深圳市别的局").org)):
        with pytest.raises((NotHere, Forbidden)):
            set_wording("accepted", {"label": "一"}, item=place.item.impl_code, reason="试用", by=stranger)
    with pytest.raises(NotHere):
        set_wording("accepted", {"label": "一"}, base=place.law.base_code, reason="试用", by=admin)
    assert not StateWording.objects.exists()


@pytest.mark.parametrize(
    ("state", "words", "faults"),
    [
        ("accepted", {"label": " "}, ["label"]),
        ("accepted", {"label": "长" * 21, "says": "长" * 201, "tone": "pink"}, ["label", "says", "tone"]),
        ("accepted", {"action": "correct"}, ["action"]),
        ("correcting", {"action": ""}, ["action"]),
        ("accepted", {"action": "fly"}, ["action"]),
        ("accepted", {"action": "upload", "upload": False}, ["upload"]),
        ("accepted", {"notify": "maybe"}, ["notify"]),
    ],
)
def test_words_that_do_not_hold_are_named_at_their_fields(
    state: str, words: dict[str, Any], faults: list[str], place: Office, admin: Actor
) -> None:  # fmt: skip
    with pytest.raises(Invalid) as refused:
        set_wording(state, words, item=place.item.impl_code, reason="", by=admin)
    assert [fault.field for fault in refused.value.faults] == [*faults, "reason"]
    assert not StateWording.objects.exists()


def test_many_cases_cost_one_question_for_their_words(place: Office, me: Citizen) -> None:
    cases = [case_in(place, me, "applied") for _ in range(4)]
    wordings_for(cases)
    with CaptureQueriesContext(connection) as asked:
        wordings_for(cases)
    assert len(asked) == 1
