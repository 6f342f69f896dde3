"""The operators' board: what failed stands there with its reason, and leads to the page that settles it."""

import pytest
from django.test import Client

from kapok.kernel.jobs.tests import pages
from kapok.kernel.journal.public import dead_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    session = client.session
    session["account"] = str(pages.operator().id)
    session.save()
    return client


def test_the_board_shows_what_failed_with_its_reason(operator: Client) -> None:
    shown = operator.get(pages.board()).content.decode()
    for words in ("files.sweep", "Permission denied", "intake.tasks", "impl_code", "the connection is lost"):
        assert words in shown


def test_an_entry_that_could_not_be_followed_is_sent_again_or_set_aside_on_its_page(operator: Client) -> None:
    address = pages.letter()
    assert "impl_code" in operator.get(address).content.decode()
    assert operator.post(address, {"what": "again"}).status_code == 302
    assert [letter.again for letter in dead_letters()] == [True]
    assert "等待重新处理" in operator.get("/ops/jobs/").content.decode()
    assert operator.post(address, {"what": "aside"}).status_code == 302
    assert dead_letters() == []
    assert operator.get(address).status_code == 404
