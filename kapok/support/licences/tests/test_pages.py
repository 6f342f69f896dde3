"""The clerks' pages: each opens, says what it should, asks the database as often as it should, and shows each what is theirs."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.parties.public import identity_of
from kapok.kernel.reads.models import ReadNote
from kapok.support.licences.actions import bulk as bulk_module
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import BulkRequest, TypeVersion
from kapok.support.licences.queries.licences import licence
from kapok.support.licences.tests.factories import Issuer, desk, issuer, person, seal_by_hand, staff, type_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer(second='"revoke"')


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:1500].decode()
    return answer.content.decode()


def test_the_list_shows_and_narrows(office: Issuer) -> None:
    first, second = office.issue().number, office.issue().number
    drain()
    third = office.issue().number
    page = body(desk(office.clerk).get("/work/licences/"))
    assert all(number in page for number in (first, second, third))
    waiting = body(desk(office.clerk).get("/work/licences/?state=pending"))
    assert third in waiting and first not in waiting
    assert "没有符合条件的证照" in body(desk(office.clerk).get("/work/licences/?state=revoked"))
    nonsense = body(desk(office.clerk).get("/work/licences/?state=%00&type_code=';--&region=99"))
    assert first in nonsense


def test_a_list_asks_as_often_with_many_rows_as_with_few(office: Issuer) -> None:
    client = desk(office.clerk)
    body(client.get("/work/licences/"))
    with CaptureQueriesContext(connection) as few:
        body(client.get("/work/licences/"))
    for _ in range(8):
        office.issue()
    with CaptureQueriesContext(connection) as many:
        body(client.get("/work/licences/"))
    assert len(many) == len(few) <= 6


def test_search_by_number_and_by_the_holders_number(office: Issuer) -> None:
    holder = person("林寻找")
    issued = office.issue(holder)
    client = desk(office.clerk)
    by_number = client.post("/work/licences/find/", {"q": issued.number})
    assert by_number.headers["Location"] == f"/work/licences/{issued.id}/"
    by_holder = client.post("/work/licences/find/", {"q": identity_of(holder).number})
    assert by_holder.headers["Location"] == f"/work/licences/{issued.id}/"
    assert "没有找到" in body(client.post("/work/licences/find/", {"q": "440300\x00"}))


def test_the_licences_page_opens_the_face_for_those_who_work_on_it_and_notes_it(office: Issuer) -> None:
    holder = person("林照面")
    issued = office.issue(holder)
    drain()
    address = f"/work/licences/{issued.id}/"
    page = body(desk(office.approver).get(address))
    assert "林照面" in page and "<svg" in page and "暂扣" in page and "补制" in page
    assert identity_of(holder).number not in page
    assert ReadNote.objects.filter(party=holder.id).exists()
    plain = body(desk(office.clerk).get(address))
    assert "林照面" not in plain and "只对办理这份证照的人员显示" in plain
    file = desk(office.approver).get(f"{address}files/ofd/")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/ofd")
    assert desk(office.clerk).get(f"{address}files/ofd/").status_code == 404
    assert desk(office.approver).get(f"{address}files/exe/").status_code == 404


@pytest.mark.feature("15.06", part="screens: reason, check, done; second person where the type says so")
def test_a_verb_is_asked_shown_and_done(office: Issuer) -> None:
    issued = office.issue().id
    seal_by_hand(issued)
    client, address = desk(office.approver), f"/work/licences/{issued}/do/suspend/"
    assert "理由" in body(client.get(address))
    assert "请写明理由" in body(client.post(address, {"reason": ""}), 422)
    assert "核对后确认" in body(client.post(address, {"reason": "涉嫌违法"}))
    assert licence(issued).state == "valid"
    assert client.post(address, {"reason": "涉嫌违法", "sure": "1"}).status_code == 302
    assert licence(issued).state == "suspended"
    assert "不能办理" in body(client.post(f"/work/licences/{issued}/do/reissue/", {"reason": "遗失"}), 409)
    assert client.get(f"/work/licences/{issued}/do/fly/").status_code == 404
    assert desk(office.clerk).post(address, {"reason": "x", "sure": "1"}).status_code == 403


@pytest.mark.feature("15.06", part="the second person on screen")
def test_a_revocation_waits_for_another_leader(office: Issuer) -> None:
    issued = office.issue().id
    seal_by_hand(issued)
    first = desk(office.leader)
    assert "须由第二人复核" in body(first.get(f"/work/licences/{issued}/do/revoke/"))
    assert first.post(f"/work/licences/{issued}/do/revoke/", {"reason": "严重违法", "sure": "1"}).status_code == 302
    assert "须由其他负责人复核" in body(first.get(f"/work/licences/{issued}/"))
    assert "不能是同一人" in body(first.post(f"/work/licences/{issued}/decide/", {"what": "agree"}), 403)
    second = desk(staff("leader", office.org))
    assert "同意办理" in body(second.get(f"/work/licences/{issued}/"))
    assert second.post(f"/work/licences/{issued}/decide/", {"what": "agree"}).status_code == 302
    assert licence(issued).state == "revoked"


@pytest.mark.feature("15.06", part="变更 and 延续 on screen")
def test_a_change_shows_what_it_changes(office: Issuer) -> None:
    issued = office.issue().id
    seal_by_hand(issued)
    client, address = desk(office.approver), f"/work/licences/{issued}/do/change/"
    assert "示范路1号" in body(client.get(address))
    said = {"reason": "迁址", "value.place": "新示范路9号"}
    page = body(client.post(address, said))
    assert "新示范路9号" in page and "场所地址" in page
    done = client.post(address, {**said, "sure": "1"})
    assert done.status_code == 302
    new = UUID(done.headers["Location"].split("/")[-2])
    assert licence(new).version == 2
    assert "第 2 版" in body(client.get(f"/work/licences/{issued}/"))
    seal_by_hand(new)
    bad = body(client.post(f"/work/licences/{new}/do/extend/", {"reason": "延续", "valid_to": "2001-01-01", "sure": "1"}), 422)
    assert "应晚于今天" in bad


def test_the_board_says_why_a_licence_waits() -> None:
    bare = issuer("深圳市无章局", seal=False)
    issued = bare.issue()
    drain()
    client = desk(bare.approver)
    page = body(client.get("/work/licences/waiting/"))
    assert issued.number in page and "没有启用的电子印章" in page and "立即重试" in page
    assert client.post(f"/work/licences/waiting/{issued.id}/").status_code == 302
    assert "没有等待签章的证照" in body(desk(issuer("广州市别局", seal=False, region="440100000000").clerk).get("/work/licences/waiting/"))


@pytest.mark.feature("15.18", part="role by region: each sees and does what is theirs")
def test_the_matrix_of_roles_and_regions() -> None:
    here, there = issuer("深圳市甲局"), issuer("广州市乙局", region="440100000000")
    issued = here.issue().id
    seal_by_hand(issued)
    address, verb = f"/work/licences/{issued}/", f"/work/licences/{issued}/do/suspend/"
    people = {
        "own clerk": (here.clerk, 200, 403),
        "own approver": (here.approver, 200, 200),
        "own leader": (here.leader, 200, 200),
        "city admin": (staff("admin", region="440300000000"), 200, 403),
        "province admin": (staff("admin", region="440000000000"), 200, 403),
        "province auditor": (staff("auditor", region="440000000000"), 200, 403),
        "city leader": (staff("leader", region="440300000000"), 200, 200),
        "other city's admin": (staff("admin", region="440100000000"), 404, 403),
        "other approver": (there.approver, 404, 404),
        "other leader": (there.leader, 404, 404),
        "nobody": (staff(), 403, 403),
        "editor": (staff("editor", here.org), 403, 403),
    }
    for who, (actor, sees, does) in people.items():
        client = desk(actor)
        assert client.get(address).status_code == sees, who
        assert client.get(verb).status_code == does, who
        listed = client.get("/work/licences/")
        assert (str(issued) in listed.content.decode()) == (sees == 200), who
    assert Client().get(address).status_code == 302


@pytest.mark.feature("15.18", part="more than the limit needs another's approval and leaves a row in the log")
def test_a_bulk_query_above_the_limit_waits_for_approval(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        office.issue()
    client, leader = desk(office.approver), desk(office.leader)
    assert "请写明用途" in body(client.post("/work/licences/bulk/", {"purpose": ""}), 422)
    with monkeypatch.context() as less:
        less.setattr(bulk_module, "LARGEST", 1)
        assert "请缩小范围" in body(client.post("/work/licences/bulk/", {"purpose": "年度统计"}), 422)
    client.post("/work/licences/bulk/", {"purpose": "年度统计"})
    small = BulkRequest.objects.get()
    assert (small.state, small.count) == ("approved", 4)
    taken = client.post(f"/work/licences/bulk/{small.id}/", {"what": "take"})
    assert taken.content.decode().count("\r\n") == 5
    assert BulkRequest.objects.get().rows == 4
    assert client.post(f"/work/licences/bulk/{small.id}/", {"what": "take"}).status_code == 409
    monkeypatch.setattr(bulk_module, "MOST", 3)
    client.post("/work/licences/bulk/", {"purpose": "全量核对"})
    large = BulkRequest.objects.exclude(id=small.id).get()
    assert large.state == "open"
    assert client.post(f"/work/licences/bulk/{large.id}/", {"what": "take"}).status_code == 403
    assert client.post(f"/work/licences/bulk/{large.id}/", {"what": "agree"}).status_code in (403, 404)
    assert "批准" in body(leader.get("/work/licences/bulk/"))
    assert leader.post(f"/work/licences/bulk/{large.id}/", {"what": "agree"}).status_code == 302
    assert client.post(f"/work/licences/bulk/{large.id}/", {"what": "take"}).status_code == 200
    large.refresh_from_db()
    assert (large.state, large.rows) == ("taken", 4)


@pytest.mark.feature("15.01", part="editor and reviewer on screen, live preview with faults at their line")
def test_a_type_is_made_on_screen(office: Issuer) -> None:
    org = make_org("深圳市编目局", level=3, region="440300000000")
    editor, reviewer = desk(staff("editor", org)), desk(staff("reviewer", org))
    text = type_text(org, name="编目许可证")
    lines = [line for line in text.splitlines() if not line.startswith(("code = ", "owner = ")) or "0001319" in line]
    text = "\n".join(lines)
    code = f"{org.uscc}321"
    assert "<svg" in body(editor.post("/work/licences/types/preview/", {"text": text}))
    faulty = body(editor.post("/work/licences/types/preview/", {"text": text.replace("{place}", "{nowhere}")}))
    assert "nowhere" in faulty and "行" in faulty
    assert "TOML" in body(editor.post("/work/licences/types/preview/", {"text": "a = "}))
    made = editor.post("/work/licences/types/new/", {"org": org.id, "code": code, "text": text})
    assert made.status_code == 302, made.content.decode()[:2000]
    version = TypeVersion.objects.get(type__code=code)
    address = f"/work/licences/types/{version.id}/"
    page = body(editor.get(address))
    assert "提交审核" in page and "<svg" in page
    assert editor.post(f"{address}act/", {"what": "submit", "text": text}).status_code == 302
    assert "同意发布" not in body(editor.get(address))
    assert editor.post(f"{address}act/", {"what": "agree"}).status_code == 403
    assert "同意发布" in body(reviewer.get(address))
    assert reviewer.post(f"{address}act/", {"what": "agree", "opinion": "可以"}).status_code == 302
    version.refresh_from_db()
    assert version.state == "published"
    assert "编目许可证" in body(editor.get("/work/licences/types/"))
    again = body(editor.get(f"/work/licences/types/new/?from={version.id}"))
    assert code in again and "[layout.paper]" in again
    assert desk(office.approver).get(address).status_code == 403
    assert desk(staff("editor", office.org)).get(address).status_code == 404
