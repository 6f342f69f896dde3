"""Whoever opens somebody's record is noted, and the person can see it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from kapok.kernel.access.public import Actor, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.ids import uuid7
from kapok.kernel.reads import public as reads
from kapok.kernel.reads.models import ReadNote

pytestmark = [pytest.mark.django_db, pytest.mark.feature("07.07", part="who read my data")]


def clerk() -> Actor:
    account = uuid7()
    return Actor(ActorRef("staff", "王科长", account=account, org=7), account=account, kind="staff", org=7)


def person(acts_for=None) -> Actor:
    account, party = uuid7(), uuid7()
    ref = ActorRef("person", "申请人", account=account, party=party, on_behalf_of=acts_for)
    return Actor(ref, account=account, kind="person", party=party, acts_for=acts_for)


def test_a_reading_shows_office_purpose_and_time_but_not_the_clerks_name():
    anna, case = uuid7(), uuid7()
    reads.note_read(clerk(), anna, "办理食品经营许可", case, what="case")
    (seen,) = reads.who_read(anna)
    assert (seen.org, seen.reader, seen.purpose, seen.what, seen.about) == (7, "", "办理食品经营许可", "case", case)
    assert abs(seen.read_at - clock.wall()) < timedelta(minutes=1)
    assert reads.who_read(uuid7()) == []


def test_reading_ones_own_record_or_that_of_the_company_one_acts_for_is_not_noted():
    company = uuid7()
    ben = person(acts_for=company)
    reads.note_read(ben, ben.party, "")
    reads.note_read(ben, company, "")
    assert not ReadNote.objects.filter(party__in=[ben.party, company]).exists()


@pytest.mark.parametrize("purpose", ["", "  \t"])
def test_a_reading_without_purpose_is_refused(purpose):
    with pytest.raises(reads.PurposeMissing):
        reads.note_read(clerk(), uuid7(), purpose)


def test_programs_are_shown_by_their_label():
    anna = uuid7()
    reads.note_read(system_actor("数据共享"), anna, "核验")
    assert reads.who_read(anna)[0].reader == "数据共享"


def test_an_export_of_a_thousand_records_is_noted_singly_in_one_statement(django_assert_num_queries):
    parties = [uuid7() for _ in range(1000)]
    with transaction.atomic(), django_assert_num_queries(1):
        reads.note_reads(clerk(), [*parties, parties[0]], "统计核对")
    assert ReadNote.objects.filter(party__in=parties).count() == 1000


def test_the_list_is_one_statement_on_the_partitions_of_the_asked_time(django_assert_num_queries):
    anna = uuid7()
    for _ in range(3):
        reads.note_read(clerk(), anna, "办理")
    with django_assert_num_queries(1):
        assert len(reads.who_read(anna)) == 3
    plan = reads.notes_of(anna, clock.wall() - timedelta(minutes=1)).order_by("-id")[:20].explain()
    assert plan.count("reads_note_p") <= 28 and "_p2025" not in plan


@pytest.mark.parametrize("statement", ["update reads_note set purpose = 'x'", "delete from reads_note"])
def test_a_note_cannot_be_changed_or_deleted(statement):
    reads.note_read(clerk(), uuid7(), "办理")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_older_notes_are_shown_when_asked_for():
    anna = uuid7()
    reads.note_read(clerk(), anna, "办理")
    assert reads.who_read(anna, since=clock.wall() + timedelta(days=1)) == []


def test_the_page_shows_a_person_the_readings_of_whom_he_acts_as(rf):
    from kapok.kernel.reads.web.pages import mine

    ben = person()
    reads.note_read(replace(clerk(), ref=ActorRef("system", "数据共享")), ben.party, "核验身份 <b>")
    request = rf.get("/reads/")
    request.actor = ben
    text = mine(request).content.decode()
    assert "数据共享" in text and "核验身份 &lt;b&gt;" in text
    request.actor = person()
    assert "数据共享" not in mine(request).content.decode()
