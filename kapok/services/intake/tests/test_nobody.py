"""Nobody sees a case by any door without a part in it: every endpoint of intake, asked for a real case, widened in every way."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import Account, make_token, open_account
from kapok.kernel.documents.public import documents_about
from kapok.kernel.files.public import store
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.drafts import begin_draft
from kapok.services.intake.models import Case
from kapok.services.intake.queries import work_list
from kapok.services.intake.tests.factories import Office, desk, office, person
from kapok.services.intake.web import urls
from kapok.services.intake.web.api import api
from kapok.services.items.tests.factories import GUANGZHOU, NANSHAN, SYSTEM, account, staff

pytestmark = pytest.mark.django_db

WIDER = (
    "",
    "?q={serial}&search={serial}&expand=applicant,dossier,acts,seats,documents&filter=1%3D1&limit=99999&fields=*",
    "?export=csv&format=csv&page_size=99999&include=answers,files",
    "?states=applied,accepted&whose=mine&org={org}&region=440300000000&due=2000-01-01T00:00:00Z&id={zero}&applicant={party}&after=-",
)
"""Every parameter that has ever widened an answer: few requests with many, for each address is asked by everybody."""
BODIES: tuple[dict[str, Any], ...] = (
    {"q": "{serial}", "pickup": "{pickup}", "cases": ["{case}"], "ids": ["{case}"], "what": "claim", "act": "examine", "outcome": "pass"},
    {"act": "accept", "outcome": "accepted", "data": {}, "expect": "1", "sequence": 2},
)  # fmt: skip


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


class Secret:
    """A case with everything that hangs on one, and a draft."""

    def __init__(self, where: Office) -> None:
        self.owner = person("测试辛")
        self.case = where.accepted(self.owner)
        row = Case.objects.get(id=self.case)
        self.serial, self.number, self.code = row.serial, str(row.number), where.item.impl_code
        self.file = store(b"%PDF-1.4 synthetic", name="a.pdf", media_type="application/pdf", subject=self.owner.id, by=where.approver).id
        act(self.case, "examine", "other", {"opinion": "秘密意见", "file": str(self.file)}, by=where.approver)
        self.paper = documents_about(self.case)[0].id
        citizen = actor_of_account(open_account(f"s{uuid4().hex[:8]}", "测试辛", "person", party=self.owner, by=SYSTEM).id)
        self.draft = begin_draft(where.law, by=citizen)
        self.org = where.org.id

    def fill(self, text: str) -> str:
        known = {
            "serial": self.serial, "org": self.org, "zero": UUID(int=0), "party": self.owner.id, "case": self.case,
            "pickup": self.draft.pickup,
        }  # fmt: skip
        return text.format(**known) if "{" in text else text

    def told_in(self, answer: Any) -> list[str]:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace") + str(answer.headers)
        return [word for word in (self.serial, self.number, "秘密意见", "示范路1号", "测试辛", "*辛", str(self.owner.id)) if word in text]


def addresses(secret: Secret) -> list[str]:
    """Every endpoint of intake with a real thing's key in it: pages by their routes, the API by its operations."""
    keys = {
        "<uuid:case_id>": secret.case, "<uuid:file_id>": secret.file, "<uuid:draft_id>": secret.draft.id, "<str:impl_code>": secret.code,
        "<str:code>": "440300000000", "<str:key>": "hours", "<int:page>": 1,
        "<uuid:handed_id>": secret.file, "{case_id}": secret.case, "{serial}": secret.serial,
    }  # fmt: skip
    found = ["/work/" + str(route.pattern) for route in urls.clerk if isinstance(route, URLPattern)]
    paths = api.get_openapi_schema()["paths"]
    found += [path if path.startswith("/api/") else f"/api/intake/v1{path}" for path in paths]
    found += [reverse(f"documents:{name}", args=[secret.paper]) for name in ("download", "download_at_work")]
    for pattern, key in keys.items():
        found = [address.replace(pattern, str(key)) for address in found]
    assert not [address for address in found if "<" in address or "{" in address]
    return found


class Token(Client):
    """A program with a token, and no session."""

    def __init__(self, who: Account) -> None:
        super().__init__(raise_request_exception=False, headers={"authorization": f"Bearer {make_token(who, 'walk', by=SYSTEM)}"})


def nobodies(secret: Secret) -> dict[str, Client]:
    """A visitor, staff without a grant, staff of another place, another citizen, each by session and by token where they have one."""
    idle = account()
    abroad = account("leader", make_org("广州市测试局", level=3, region=GUANGZHOU))
    stranger = open_account("stranger", "测试壬", "person", party=person("测试壬"), by=SYSTEM)
    clients: dict[str, Client] = {"visitor": Client(raise_request_exception=False), "idle by token": Token(idle)}
    for name, who in (("idle", idle), ("abroad", abroad)):
        clients[name] = desk(actor_of_account(who.id))
        clients[name].raise_request_exception = False
    return {**clients, "stranger by token": Token(stranger), "abroad by token": Token(abroad)}


@pytest.mark.feature("08.11", part="no right, no row: every endpoint, filter, expand, search, export, file and document link")
def test_without_a_part_in_it_no_door_tells_anything_of_a_case() -> None:
    secret = Secret(office())
    leaks, asked = [], 0
    before = list(Case.objects.values_list("id", "sequence", "holder_id"))
    for name, client in nobodies(secret).items():
        for address in addresses(secret):
            answers = [client.get(address + secret.fill(wider)) for wider in WIDER]
            for body in BODIES:
                said = {key: [secret.fill(one) for one in v] if isinstance(v, list) else secret.fill(v) if isinstance(v, str) else v
                        for key, v in body.items()}  # fmt: skip
                answers.append(
                    client.post(address, said) if not address.startswith("/api/") else client.post(address, said, "application/json")
                )
            asked += len(answers)
            leaks += [f"{name} {address}: {told}" for answer in answers if (told := _new(secret.told_in(answer), answer))]
            leaks += [f"{name} {address}: {answer.status_code}" for answer in answers if answer.status_code >= 500]
    assert leaks == [] and asked > 800
    assert list(Case.objects.values_list("id", "sequence", "holder_id")) == before


def _new(told: list[str], answer: Any) -> list[str]:
    """What the answer tells beyond what was typed into it: a search box repeats its words."""
    typed = str(getattr(answer, "request", {}).get("QUERY_STRING", ""))
    body = answer.request.get("wsgi.input")
    sent = body.read() if body is not None and hasattr(body, "read") else b""
    return [word for word in told if word not in typed and word.encode() not in bytes(sent)]


@pytest.mark.feature("08.11", part="no right, no row: every endpoint, filter, expand, search, export, file and document link")
def test_the_same_walk_tells_the_case_to_those_who_have_a_part_in_it() -> None:
    """The walk is no proof unless it would find something."""
    here = office()
    secret = Secret(here)
    told = {address for address in addresses(secret) for answer in [desk(here.approver).get(address)] if secret.told_in(answer)}
    assert f"/work/intake/cases/{secret.case}/" in told and "/work/intake/" in told


@pytest.mark.feature("08.11", part="both seats and no third")
def test_an_item_of_one_city_accepted_in_another_is_seen_at_both_seats_and_no_third() -> None:
    zhuhai = office("珠海市代收局", region="440400000000")
    guangzhou = office("广州市主办局", region=GUANGZHOU, elements={"collect_orgs": [zhuhai.org.uscc]})
    third, elsewhere = office("广州市第三局", region=GUANGZHOU), office("深圳市第三局")
    case = guangzhou.case(received_by=zhuhai.org.id)
    seen = {
        name: [row["id"] for row in work_list(actor).rows] == [case]
        for name, actor in {
            "deciding": guangzhou.clerk, "receiving": zhuhai.clerk, "third": third.clerk, "elsewhere": elsewhere.clerk,
            "city of the item": staff("auditor", region=GUANGZHOU), "city of the window": staff("auditor", region="440400000000"),
            "third city": staff("auditor", region="440300000000"), "province": staff("auditor", region="440000000000"),
        }.items()
    }  # fmt: skip
    assert seen == {
        "deciding": True, "receiving": True, "third": False, "elsewhere": False, "city of the item": True, "city of the window": True,
        "third city": False, "province": True,
    }  # fmt: skip
    for name, actor in (("deciding", guangzhou.clerk), ("receiving", zhuhai.clerk), ("third", third.clerk)):
        assert desk(actor).get(f"/work/intake/cases/{case}/").status_code == (404 if name == "third" else 200)


@pytest.mark.feature("08.11", part="a 深汕 town's case to 深圳")
def test_a_case_of_a_town_that_shenzhen_runs_is_seen_in_shenzhen_and_not_in_the_city_it_lies_in() -> None:
    ebu = office("鹅埠镇人民政府", region="441521103000")
    case = ebu.case()
    for region, sees in (("440300000000", True), ("441500000000", False), ("441521000000", False), (NANSHAN, False)):
        assert [row["id"] for row in work_list(staff("auditor", region=region)).rows] == ([case] if sees else []), region
