"""Bad input gets a safe answer: in Chinese, with a number to call and one to be found by; nothing half done, never a 500."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import open_account
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Case
from kapok.services.intake.public import begin_draft
from kapok.services.intake.tests.factories import office, person
from kapok.services.items.tests.factories import SYSTEM
from tests.architecture.source import assert_none

pytestmark = pytest.mark.django_db

GROUPS = tomllib.loads(Path(__file__).with_name("hostile.toml").read_text("utf-8"))["group"]
PASSWORD = "synthetic-2026"


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """Keys of a stranger's things, and an account of one's own."""
    small_province(tmp_path)
    place = office("深圳市受攻击局", elements={"consult": True})
    stranger, me = person("陌生人"), person("测试甲")
    theirs = open_account("hostile-stranger", "陌生人", "person", party=stranger, by=SYSTEM)
    mine = open_account("hostile-me", "测试甲", "person", password=PASSWORD, party=me, by=SYSTEM)
    draft = begin_draft(place.law, by=actor_of_account(theirs.id))
    return {
        "item": place.item.impl_code,
        "case": str(place.case(stranger)),
        "draft": str(draft.id),
        "party": str(stranger.id),
        "me": str(mine.id),
    }


def written(given: Any) -> str:
    return given if isinstance(given, str) else given["at"] + "x" * given["kb"] * 1000


def filled(text: str, given: str, world: dict[str, str]) -> str:
    text = text.replace("{input}", given)
    for key, value in world.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def client_for(group: dict[str, Any], world: dict[str, str]) -> Client:
    client = Client(raise_request_exception=False)
    if group.get("who") == "me":
        session = client.session
        session["account"] = world["me"]
        session.save()
    return client


def ask(group: dict[str, Any], given: str, world: dict[str, str]) -> Any:
    """One case of the corpus as a request."""
    quoted = given if "%" in given or given.startswith("/") or "=" in given else quote(given, safe="")
    address = filled(group["address"], quoted, world)
    body = {key: filled(value, given, world) for key, value in group.get("body", {}).items()}
    headers = {}
    if "header" in group:
        name, _, value = given.partition(": ")
        headers[name] = value
    method = filled(group.get("method", "GET"), given, world)
    client = client_for(group, world)
    return client.post(address, body, **headers) if method == "POST" else client.generic(method, address, **headers)


def faults_of(group: dict[str, Any], given: str, answer: Any) -> Iterator[str]:
    if answer.status_code not in group["status"]:
        yield f"answered {answer.status_code}"
    body = answer.content.decode("utf-8", "replace")
    if given.startswith("<") and given in body:
        yield "came back as it was sent"
    if answer.status_code >= 400 and answer["Content-Type"].startswith("text/html"):
        if "12345" not in body or not re.search("[一-龥]{4}", body):
            yield "no Chinese sentence with a number to call"
        if answer.status_code not in (401, 422) and answer.get("X-Request-Id", "") not in body:
            yield "no number by which it is found"
    target = answer.get("Location", "")
    if target and (not target.startswith("/") or target.startswith(("//", "/\\"))):
        yield f"leads to {target}"
    if "Traceback" in body or "psycopg" in body:
        yield "shows its insides"


@pytest.mark.feature("07.17", part="sixty cases and more")
def test_the_corpus_holds_sixty_cases() -> None:
    assert sum(len(group["inputs"]) for group in GROUPS) >= 60


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["name"])
@pytest.mark.feature("07.17", part="sixty cases and more")
def test_hostile_input_gets_a_safe_answer(group: dict[str, Any], world: dict[str, str]) -> None:
    before = Case.objects.count()
    found = []
    for given in map(written, group["inputs"]):
        answer = ask(group, given, world)
        found += [f"{given[:60]!r}: {fault}" for fault in faults_of(group, given, answer)]
    assert_none(found)
    assert Case.objects.count() == before


@pytest.mark.feature("07.17", part="login fixation")
def test_a_planted_session_is_not_the_one_signed_in(world: dict[str, str]) -> None:
    planted = Client()
    planted.get("/account/sign-in/")
    session = planted.session
    session["trace"] = "planted"
    session.save()
    planted.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert planted.post("/account/sign-in/", {"login": "hostile-me", "password": PASSWORD}).status_code == 302
    assert planted.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert thief.get("/mine/").status_code == 302
    assert "trace" not in planted.session


@pytest.mark.feature("07.17", part="bots")
def test_a_guessing_bot_is_stopped_and_told_when_to_come_back(world: dict[str, str]) -> None:
    client = Client()
    answers = [client.post("/account/sign-in/", {"login": "hostile-me", "password": f"wrong-{n}-password"}) for n in range(12)]
    assert answers[-1].status_code == 429 and "分钟" in answers[-1].content.decode()
    right = client.post("/account/sign-in/", {"login": "hostile-me", "password": PASSWORD})
    assert right.status_code == 429, "not even with the right password until the time is over"


@pytest.mark.feature("07.17", part="forms of other sites")
def test_a_form_of_another_site_is_refused_in_words(world: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/sign-in/", {"login": "hostile-me", "password": PASSWORD})
    assert answer.status_code == 403 and "请返回刷新后重新提交" in answer.content.decode()
