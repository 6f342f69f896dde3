"""我的证照: whose licences are shown, how many at once, and what a page asks of the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import Copy, Licence
from kapok.support.licences.tests.factories import company, desk, issuer, staff
from kapok.support.licences.tests.factories_using import company_of, held, holder

pytestmark = pytest.mark.django_db
LIST, ONE = 10, 16


@pytest.mark.feature("15.08", part="an overfull list is paged and asks no more for more")
def test_an_overfull_list_is_paged_and_asks_no_more_for_more() -> None:
    office, me = issuer(), holder()
    browser = me.browser()
    held(office, me.party)
    browser.get("/mine/licences/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/mine/licences/")
    for _n in range(13):
        office.issue(me.party)
    drain()
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/mine/licences/").content.decode()
    assert len(many) == len(few) <= LIST, [query["sql"][:80] for query in many]
    assert page.count("paper-card") == 12 and "下一页" in page
    row = Licence.objects.order_by("-id")[0]
    browser.get(f"/mine/licences/{row.id}/")
    with CaptureQueriesContext(connection) as asked:
        browser.get(f"/mine/licences/{row.id}/")
    assert len(asked) <= ONE, [query["sql"][:80] for query in asked]


@pytest.mark.feature("15.08", part="own licences alone, of the identity one acts under")
def test_nobody_sees_or_takes_anothers_licence() -> None:
    office, me = issuer(), holder()
    firm = company_of(me)
    mine, ours, theirs = held(office, me.party), held(office, firm), held(office, company())
    alone, acting, stranger = me.browser(), me.browser(acts_for=firm), holder("陈小岚").browser()
    tails = ("", "sheets/", "sheets/1/", "pages/1.svg", "pages/1.svg?sealed=1", "copy/", "code/", "allow/", "show/")
    for browser, seen, hidden in ((alone, mine, ours), (acting, ours, mine), (stranger, None, mine)):
        for tail in tails:
            assert seen is None or browser.get(f"/mine/licences/{seen.id}/{tail}").status_code == 200, tail
            assert browser.get(f"/mine/licences/{hidden.id}/{tail}").status_code == 404, tail
            assert browser.get(f"/mine/licences/{theirs.id}/{tail}").status_code == 404, tail
        assert browser.post(f"/mine/licences/{theirs.id}/files/pdf/").status_code == 404
    assert alone.get(f"/mine/licences/{mine.id}/files/pdf/").status_code == 302, "a link takes nothing"
    got = alone.post(f"/mine/licences/{mine.id}/files/pdf/")
    assert got.status_code == 200 and got.content.startswith(b"%PDF") and Copy.objects.get().purpose == "本人留存"
    assert stranger.get(f"/mine/licences/copies/{Copy.objects.get().id}/?file=1").status_code == 404
    assert alone.get(f"/mine/licences/{mine.id}/pages/99.svg").status_code == 404


def test_staff_hold_nothing() -> None:

    browser = desk(staff("clerk", issuer(seal=False).org))
    assert "还没有电子证照" in browser.get("/mine/licences/").content.decode()
    assert browser.get("/mine/licences/uses/").status_code == 200
    refused = browser.post("/mine/licences/statements/", {"what": "absent:" + "1" * 21})
    assert refused.status_code in (403, 404, 422)


def test_a_form_that_is_wrong_keeps_what_was_written() -> None:
    office, me = issuer(), holder()
    mine, browser = held(office, me.party), me.browser()
    page = browser.post(f"/mine/licences/{mine.id}/copy/", {"for_whom": "示范银行", "purpose": "", "until": "昨天"})
    assert page.status_code == 422 and "示范银行" in page.content.decode()
    past = browser.post(f"/mine/licences/{mine.id}/copy/", {"for_whom": "示范银行", "purpose": "开户", "until": "2020-01-01"})
    assert past.status_code == 422 and "晚于现在" in past.content.decode()
    later = f"{clock.today():%Y-%m-%d}"
    found = browser.post(f"/mine/licences/{mine.id}/allow/", {"words": office.org.name, "search": "1", "until": later})
    assert found.status_code == 200 and f'value="{office.org.id}"' in found.content.decode()
    wrong = browser.post(f"/mine/licences/{mine.id}/allow/", {"words": office.org.name, "org": "999999", "until": later})
    assert wrong.status_code == 422
