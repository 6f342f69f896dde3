"""用证: three ways, each bound to an item and a case, each on a ground, each with a row in a log nobody can change."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kapok.kernel.access.public import grant
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.journal.public import history
from kapok.kernel.reads.public import who_read
from kapok.support.licences.actions.using import use_licence
from kapok.support.licences.actions.using_codes import Allowed, consent, give_code, register_system, spend_view, withdraw_consent
from kapok.support.licences.actions.using_copies import copy_of_use
from kapok.support.licences.models import Licence, Use, UseCode, ViewToken
from kapok.support.licences.tests.factories import SYSTEM, Issuer, account, issuer, staff
from kapok.support.licences.tests.factories_using import Desk, Holder, desk_of, held, holder

pytestmark = pytest.mark.django_db
ITEM = "000199990001"


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def user() -> Issuer:
    """Another agency, which uses what the first one issued."""
    return issuer("深圳市用证测试局", seal=False, title="备案证")


@pytest.fixture
def me() -> Holder:
    return holder()


@pytest.fixture
def mine(office: Issuer, me: Holder) -> Licence:
    return held(office, me.party)


@pytest.fixture
def desk(user: Issuer, office: Issuer) -> Iterator[Desk]:
    with desk_of() as made:
        made.serve(user, ITEM, needs=(office.type.code,))
        yield made


def code_of(error: Any) -> tuple[str, int]:
    return str(error.value.code), int(error.value.status)


@pytest.mark.feature("15.10", part="依职能查验 on the ground of the item's material list, bound to the case")
def test_a_clerk_uses_by_duty_what_the_items_material_list_asks_for(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    case = desk.open(user, me.party)
    used = use_licence(mine.id, "duty", item_code=ITEM, case_number=case.number, fields=("holder_name", "place"), by=user.clerk)
    assert used.face == {"holder_name": "林小满", "place": "示范路1号"}
    row = Use.objects.get()
    assert (row.item_code, row.case_number, row.fields, row.org) == (ITEM, case.number, ["holder_name", "place"], user.org.id)
    assert row.caller == user.org.name and row.person.startswith("*") and "材料" in row.ground
    assert [note.what for note in who_read(me.party.id)] == ["licence"]
    assert history(mine.id)[-1].event == "licences.used"


@pytest.mark.feature("15.10", part="absent ground, other item, other applicant, system outside its items: 403")
def test_what_stands_on_no_ground_is_refused(user: Issuer, me: Holder, mine: Licence, desk: Desk, office: Issuer) -> None:
    case, other = desk.open(user, me.party), holder("陈小岚")
    desk.serve(user, "000199990002")  # asks for no licence
    bare = desk.open(user, me.party, "000199990002")
    strange = desk.open(user, other.party)
    cases = [
        ({"item_code": "000199990002", "case_number": bare.number}, "licences.no_ground", 403),
        ({"item_code": ITEM, "case_number": strange.number}, "licences.case_elsewhere", 403),
        ({"item_code": ITEM, "case_number": "没有这个办件"}, "licences.case_elsewhere", 403),
        ({"item_code": "", "case_number": case.number}, "licences.use_unbound", 422),
        ({"item_code": ITEM, "case_number": case.number, "fields": ("salary",)}, "licences.field_unknown", 422),
        ({"item_code": ITEM, "case_number": case.number, "result": "everything"}, "licences.use_unknown", 422),
    ]
    for said, code, status in cases:
        if not said["item_code"]:
            continue
        with pytest.raises(KapokError) as refused:
            use_licence(mine.id, "duty", by=user.clerk, **said)
        assert code_of(refused) == (code, status), said
    with pytest.raises(KapokError) as unbound:
        use_licence(mine.id, "consent", item_code="", case_number="", by=user.clerk)
    assert code_of(unbound)[1] == 422
    with pytest.raises(KapokError) as elsewhere:
        use_licence(mine.id, "duty", item_code=ITEM, case_number=case.number, by=office.clerk)
    assert code_of(elsewhere) == ("licences.use_not_registered", 403), "the item is not this office's"
    assert not Use.objects.exists()


@pytest.mark.feature("15.10", part="a connected system uses licences for its registered items alone")
def test_a_system_outside_its_registered_items_is_refused(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    made = account("接入系统", user.org)
    grant(made, "clerk", org=user.org.id, reason="测试", by=SYSTEM)
    from kapok.kernel.access.public import actor_of_account

    register_system(made.id, "000199990009", reason="接入登记", by=SYSTEM)
    system = actor_of_account(made.id)
    case = desk.open(user, me.party)
    with pytest.raises(KapokError) as refused:
        use_licence(mine.id, "duty", item_code=ITEM, case_number=case.number, by=system)
    assert code_of(refused) == ("licences.use_not_registered", 403), "although its grant alone would reach"
    register_system(made.id, ITEM, reason="接入登记", by=SYSTEM)
    assert use_licence(mine.id, "duty", item_code=ITEM, case_number=case.number, by=system).face == {"holder_name": "林小满"}


@pytest.mark.feature("15.10", part="持证人用证: a short code, once, within its minutes, for the item it names")
def test_the_holders_code_works_once_and_for_what_it_was_given(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    case = {"item_code": ITEM, "case_number": "4403050000009"}
    given = give_code(mine.id, by=me.actor)
    used = use_licence(None, "holder", code=f" {given.code.lower()} ", by=user.clerk, **case)
    assert used.licence == mine.id and Use.objects.get().ground == "持证人出示用证码"
    for code, wanted in ((given.code, ("licences.code_spent", 409)), ("ABCD-EFGH", ("licences.code_unknown", 404))):
        with pytest.raises(KapokError) as refused:
            use_licence(None, "holder", code=code, by=user.clerk, **case)
        assert code_of(refused) == wanted
    first = give_code(mine.id, by=me.actor)
    second = give_code(mine.id, item_code="000199990002", by=me.actor)
    with pytest.raises(KapokError) as replaced:
        use_licence(None, "holder", code=first.code, by=user.clerk, **case)
    assert code_of(replaced) == ("licences.code_over", 410), "an earlier code stops when a new one is made"
    with pytest.raises(KapokError) as other:
        use_licence(None, "holder", code=second.code, by=user.clerk, **case)
    assert code_of(other) == ("licences.code_for_other_item", 403)
    UseCode.objects.update(ends_at=clock.wall() - timedelta(seconds=1))
    with pytest.raises(KapokError) as late:
        use_licence(None, "holder", code=second.code, by=user.clerk, item_code="000199990002", case_number="1")
    assert code_of(late) == ("licences.code_over", 410)
    assert Use.objects.count() == 1
    with pytest.raises(NotHere):
        give_code(mine.id, by=holder("陈小岚").actor)


@pytest.mark.feature("15.10", part="委托授权: to one agency, for one item, so often, until a day, taken back")
def test_an_authorisation_holds_for_what_it_says(user: Issuer, office: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    said = {"item_code": ITEM, "case_number": "44030500001"}
    with pytest.raises(KapokError) as none:
        use_licence(mine.id, "consent", by=user.clerk, **said)
    assert code_of(none) == ("licences.no_ground", 403)
    until = clock.now() + timedelta(days=3)
    given = consent(mine.id, Allowed(user.org.id, ITEM, "办理备案", until, most=2), by=me.actor)
    assert use_licence(mine.id, "consent", by=user.clerk, **said).face
    with pytest.raises(KapokError) as elsewhere:
        use_licence(mine.id, "consent", item_code="000199990002", case_number="1", by=user.clerk)
    assert code_of(elsewhere)[1] == 403
    with pytest.raises(KapokError) as stranger:
        use_licence(mine.id, "consent", by=office.clerk, **said)
    assert code_of(stranger)[1] == 403
    withdraw_consent(given.id, by=me.actor)
    with pytest.raises(KapokError) as withdrawn:
        use_licence(mine.id, "consent", by=user.clerk, **said)
    assert code_of(withdrawn) == ("licences.consent_over", 403)
    consent(mine.id, Allowed(user.org.id, ITEM, "办理备案", until, case_number="44030500001"), by=me.actor)
    use_licence(mine.id, "consent", by=user.clerk, **said)
    with pytest.raises(KapokError) as again:
        use_licence(mine.id, "consent", by=user.clerk, **said)
    assert code_of(again) == ("licences.consent_over", 403), "one use was allowed"
    assert [use.ground for use in Use.objects.order_by("id")] == ["持证人授权：办理备案"] * 2


def test_an_authorisation_that_lacks_something_names_each_field(user: Issuer, me: Holder, mine: Licence) -> None:
    with pytest.raises(KapokError) as wrong:
        consent(mine.id, Allowed(None, "", "", clock.now(), most=0), by=me.actor)
    assert [fault.field for fault in wrong.value.faults] == ["org", "item_code", "purpose", "until", "most"]


@pytest.mark.feature("15.10", part="results: 照面数据, 归档文件, 查看令牌 once and for ten minutes")
def test_a_use_gives_fields_or_a_file_or_a_key_to_look_once(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    case = desk.open(user, me.party)
    said: dict[str, Any] = {"item_code": ITEM, "case_number": case.number, "by": user.clerk}
    file = use_licence(mine.id, "duty", result="file", **said)
    copy = copy_of_use(file.id, by=user.clerk)
    assert copy.file is not None and copy.for_whom == user.org.name and not file.face
    assert copy_of_use(file.id, by=user.clerk).id == copy.id
    view = use_licence(mine.id, "duty", result="view", **said)
    assert view.token and not view.face
    assert spend_view(view.token, by=user.clerk).id == view.id
    with pytest.raises(KapokError) as spent:
        spend_view(view.token, by=user.clerk)
    assert code_of(spent) == ("licences.code_spent", 409)
    late = use_licence(mine.id, "duty", result="view", **said)
    assert timedelta(minutes=9) < ViewToken.objects.get(use=late.id).ends_at - clock.wall() <= timedelta(minutes=10)
    ViewToken.objects.update(ends_at=clock.wall())
    with pytest.raises(KapokError) as over:
        spend_view(late.token, by=user.clerk)
    assert code_of(over) == ("licences.code_over", 410)


def test_the_holder_hands_a_licence_in_by_the_own_hand_in_two_statements(me: Holder, mine: Licence) -> None:
    use_licence(mine.id, "holder", item_code=ITEM, case_number="1", by=me.actor)
    with CaptureQueriesContext(connection) as asked:
        used = use_licence(
            mine.id, "holder", item_code=ITEM, case_number="2", ground="申办材料：场所许可证", to="深圳市用证测试局", by=me.actor
        )
    statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 2, statements
    assert used.face == {"holder_name": "林小满"}
    assert Use.objects.order_by("-id")[0].caller == "深圳市用证测试局" and not who_read(me.party.id), "the own hand is no reading"
    with pytest.raises(NotHere):
        use_licence(mine.id, "holder", item_code=ITEM, case_number="2", by=holder("陈小岚").actor)


def test_a_licence_that_is_not_in_force_is_not_used(office: Issuer, me: Holder, mine: Licence) -> None:
    waiting = office.issue(me.party)
    for licence, state in ((waiting.id, "pending"), (mine.id, "expired")):
        Licence.objects.filter(id=mine.id).update(valid_to=clock.today() - timedelta(days=1))
        with pytest.raises(KapokError) as refused:
            use_licence(licence, "holder", item_code=ITEM, case_number="1", by=me.actor)
        assert code_of(refused) == ("licences.not_in_force", 409) and refused.value.data["state"] == state


@pytest.mark.feature("15.12", part="the log of uses cannot be changed")
def test_the_log_cannot_be_changed_or_emptied(me: Holder, mine: Licence) -> None:
    use_licence(mine.id, "holder", item_code=ITEM, case_number="1", by=me.actor)
    changes = ("update licences_use set caller = '别人'", "delete from licences_use", "truncate licences_use cascade",
               "update licences_status set reason = 'x'", "truncate licences_status cascade", "update licences_directory set region = 'x'",
               "delete from licences_directory", "truncate licences_directory cascade")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Use.objects.get().caller != "别人"


def test_nobody_registers_a_system_without_the_deed(user: Issuer) -> None:
    with pytest.raises(KapokError) as refused:
        register_system(account().id, ITEM, reason="接入登记", by=user.clerk)
    assert code_of(refused)[1] == 403
    with pytest.raises(KapokError) as elsewhere:
        register_system(account().id, "an item of another node", reason="接入登记", by=staff("operator", user.org))
    assert code_of(elsewhere)[1] == 403, "whose place that is nobody here knows"
    assert register_system(account().id, "an item of another node", scope=user.scope, reason="接入登记", by=staff("operator", user.org))
    register_system(account().id, ITEM, reason="接入登记", by=staff("operator", region="440000000000"))
