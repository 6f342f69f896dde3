"""Messages reach their people once, in their inbox and by the channels they want."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from django.utils import translation

from kapok.kernel.access.public import Actor, Reach, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.codes import citizen
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import SubjectForgotten, forget
from kapok.kernel.jobs.public import Timer, fire_due
from kapok.kernel.journal.public import Entry
from kapok.kernel.notices import delivering
from kapok.kernel.notices import public as notices
from kapok.kernel.notices.models import Delivery, Notice, SandboxSms
from kapok.kernel.notices.templates import NoticeTemplate
from kapok.kernel.parties.public import Party, register_person

pytestmark = [pytest.mark.django_db, pytest.mark.feature("07.07", part="messages")]
BY = system_actor("test")
_made = count(1)
WORDS = NoticeTemplate(
    "test.accepted", "case", "申请已受理", "您申请的“{item}”已受理。", "Accepted", "“{item}” accepted.", "“{item}”已受理。", "/x/{case}"
)


@pytest.fixture(autouse=True)
def words():
    notices.templates()["test.accepted"] = WORDS
    notices.templates()["test.quiet"] = replace(WORDS, key="test.quiet", sms="")
    yield
    notices.templates().pop("test.accepted"), notices.templates().pop("test.quiet")


def party(phone: str = "13800000000") -> Party:
    number = citizen.make("440104", date(1990, 1, 1), next(_made))
    return register_person("林小满", number, phone, by=BY)


def actor(who: Party | None = None, **roles: Reach) -> Actor:
    account = uuid7()
    ref = ActorRef("person", "申请人", account=account, party=who.id if who else None)
    return Actor(ref, account=account, kind="person", party=who.id if who else None, roles=roles)


def sent(to, dedupe: str = "a", template: str = "test.accepted", item: str = "食品经营许可"):
    return notices.send(template, to=to, data={"item": item, "case": "1"}, dedupe=dedupe, by=BY)


def inbox(who: Actor) -> list[notices.Message]:
    return notices.opened(list(notices.inbox(who).order_by("-id")))


def test_a_message_stands_in_the_inbox_of_its_recipient_alone_and_is_sealed():
    anna = party()
    sent(anna.id)
    (message,) = inbox(actor(anna))
    assert (message.title, message.text, message.link) == ("申请已受理", "您申请的“食品经营许可”已受理。", "/x/1")
    assert inbox(actor()) == []
    assert "食品".encode() not in bytes(Notice.objects.get().sealed)
    with pytest.raises(NotHere):
        notices.message_for(actor(), message.id)


def test_it_reads_english_on_an_english_screen():
    anna = party()
    sent(anna.id)
    with translation.override("en"):
        assert inbox(actor(anna))[0].text == "“食品经营许可” accepted."


def test_the_same_news_twice_arrives_once_and_is_recorded_once():
    anna = party()
    first = sent(anna.id, "case/1/accepted")
    assert sent(anna.id, "case/1/accepted") is None
    assert Notice.objects.count() == Delivery.objects.count() == 1
    (entry,) = Entry.objects.filter(event="notices.sent")
    assert entry.about == first and "食品" not in str(entry.data)
    assert sent(party().id, "case/2/accepted") is not None


def test_data_is_put_in_as_it_is_and_missing_data_sends_nothing():
    anna = party()
    sent(anna.id, item="{case} {0.__class__} <b>")
    assert "{case} {0.__class__} <b>" in inbox(actor(anna))[0].text
    with pytest.raises(notices.NoticeDataMissing) as caught:
        notices.send("test.accepted", to=anna.id, data={"item": "x"}, dedupe="z", by=BY)
    assert caught.value.data["missing"] == "case"
    with pytest.raises(notices.NoticeTemplateMissing):
        notices.send("test.nothing", to=anna.id, data={}, dedupe="z", by=BY)
    assert Notice.objects.count() == 1


def test_unread_counts_until_read_and_nobody_reads_for_another():
    anna = party()
    who, other = actor(anna), actor()
    first, _second = sent(anna.id, "a"), sent(anna.id, "b")
    assert (notices.unread(who), notices.unread(other)) == (2, 0)
    assert notices.mark_read([first], by=other) == 0
    assert notices.mark_read([first], by=who) == 1
    assert (notices.unread(who), notices.mark_read(None, by=who), notices.unread(who)) == (1, 1, 0)
    assert Notice.objects.get(id=first).read_at is not None


def test_a_text_message_goes_out_after_commit_to_the_phone_of_the_party():
    anna = party("13900001234")
    sent(anna.id)
    assert SandboxSms.objects.count() == 0
    assert notices.deliver_waiting() == 1
    row = SandboxSms.objects.get()
    assert row.phone_masked == "139****1234" and b"13900001234" not in bytes(row.sealed)
    assert notices.deliver_waiting() == 0
    assert Delivery.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_the_worker_carries_it_out_by_itself():
    from kapok.kernel.jobs.public import drain
    from kapok.kernel.journal.public import begin

    begin()
    sent(party("13900001234").id)
    drain()
    assert SandboxSms.objects.count() == 1


def test_who_does_not_want_text_messages_gets_none_and_a_topics_wish_goes_first():
    anna = party()
    who = actor(anna)
    notices.set_preference("sms", False, by=who)
    sent(anna.id, "a")
    assert Delivery.objects.count() == 0
    notices.set_preference("sms", True, topic="case", by=who)
    sent(anna.id, "b")
    assert Delivery.objects.count() == 1
    with pytest.raises(notices.ChannelUnknown):
        notices.set_preference("pigeon", True, by=who)


def test_without_short_words_or_without_a_phone_no_text_message_is_sent():
    anna = party("")
    sent(anna.id, "a", "test.quiet")
    assert Delivery.objects.count() == 0
    sent(anna.id, "b")
    notices.deliver_waiting()
    assert (Delivery.objects.get().state, Delivery.objects.get().fault) == ("skipped", "no address")


def test_a_channel_that_is_down_is_tried_again_later_and_given_up_after_eight_times(monkeypatch):
    class Down:
        title, channel = "x", "sms"

        def send(self, message: notices.Outgoing) -> None:
            raise ConnectionRefusedError

    monkeypatch.setitem(notices.connectors._entries, "sandbox", Down())
    sent(party("13900001234").id)
    notices.deliver_waiting()
    row = Delivery.objects.get()
    assert (row.state, row.tries) == ("waiting", 1) and row.next_at > clock.wall()
    assert notices.deliver_waiting() == 0
    for turn in range(1, 8):
        assert Timer.objects.filter(kind="notices.retry").count() == 1
        with clock.frozen(clock.wall() + timedelta(hours=2 * turn)):
            fire_due()
    assert not Timer.objects.filter(kind="notices.retry").exists()
    assert (Delivery.objects.get().state, Delivery.objects.get().tries) == ("failed", delivering.MOST_TRIES)


def test_forgetting_a_person_makes_messages_unreadable_and_stops_what_was_to_go_out():
    anna = party("13900001234")
    sent(anna.id)
    forget(anna.id)
    notices.deliver_waiting()
    assert Delivery.objects.get().fault == "forgotten"
    with pytest.raises(SubjectForgotten):
        inbox(actor(anna))


def test_sending_and_listing_have_fixed_numbers_of_statements(django_assert_num_queries):
    anna, who = party(), None
    sent(anna.id, "warm")
    with django_assert_num_queries(7):  # begin, insert, is it ours, wishes, delivery, entry, commit
        sent(anna.id, "b")
    for n in range(20):
        sent(anna.id, str(n))
    who = actor(anna)
    with django_assert_num_queries(1):
        assert len(inbox(who)) == 22
    with django_assert_num_queries(1):
        notices.unread(who)


def page(rf, view, who: Actor, path: str = "/", **kwargs):
    request = rf.get(path)
    request.actor = who
    return view(request, **kwargs)


def test_the_pages_show_the_inbox_mark_what_is_opened_and_keep_text_messages_to_operators(rf):
    from kapok.kernel.notices.web import pages

    anna = party("13900001234")
    who, notice = actor(anna), sent(anna.id)
    notices.deliver_waiting()
    assert "申请已受理" in page(rf, pages.show_inbox, who).content.decode()
    assert "/x/1" in page(rf, pages.open_message, who, notice_id=notice).content.decode()
    assert notices.unread(who) == 0
    assert "短信" in page(rf, pages.preferences, who).content.decode()
    with pytest.raises(Forbidden):
        page(rf, pages.sms, who)
    text = page(rf, pages.sms, actor(operator=Reach(everywhere=True))).content.decode()
    assert "139****1234" in text and "13900001234" not in text


def test_all_templates_of_the_product_have_both_languages():
    for template in notices.templates().values():
        assert template.title and template.text and template.title_en and template.text_en, template.key
