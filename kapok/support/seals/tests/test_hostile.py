"""Whatever is sent to the desks and the API of seals gets a safe answer, never a 500, and changes nothing."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kapok.kernel.accounts.models import ApiToken
from kapok.kernel.common import clock
from kapok.kernel.crypto.public import sm3
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.models import Seal, SealStep, SealTask, SealUse
from kapok.support.seals.tests.factories import PROVINCE, account, desk, office, paper, sealed_office

pytestmark = pytest.mark.django_db
INPUTS = (
    "\0",
    "' OR '1'='1",
    "%",
    "x" * 10_000,
    "-1",
    "1e400",
    "99999999999999999999",
    "2026-13-45",
    "🦊",
    "\u202e",
    "../../etc/passwd",
    "NaN",
)
LISTS = (
    "/work/seals/",
    "/work/seals/uses/",
    "/work/seals/uses/export/",
    "/work/seals/tasks/",
    "/work/seals/queue/",
    "/work/seals/imports/",
)
FIELDS = ("q", "tab", "kind", "after", "before", "first", "last", "media", "seal")


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


def everybody(org: Org) -> Any:
    from kapok.kernel.access.public import ROLES, grant
    from kapok.support.seals.tests.factories import SYSTEM

    who = account("leader", org)
    for role in ROLES:
        grant(who, role, region=PROVINCE, reason="测试", by=SYSTEM)
    return who


@pytest.mark.parametrize("address", LISTS)
def test_lists_answer_whatever_is_asked(org: Org, address: str) -> None:
    client = desk(everybody(org))
    client.raise_request_exception = False
    for text in INPUTS:
        for field in FIELDS:
            assert client.get(address, {field: text}).status_code in (200, 400, 404, 414), (field, text[:20])


def test_forms_answer_whatever_is_sent_and_change_nothing(org: Org) -> None:
    seal = sealed_office(org)
    client = desk(everybody(org))
    client.raise_request_exception = False
    draft = client.post("/work/seals/stamp/", {"file": SimpleUploadedFile("a.ofd", paper())})["Location"].partition("?")[0]
    steps = SealStep.objects.count()
    doors = {
        "/work/seals/new/": ("org", "kind", "name", "holder", "reason"),
        "/work/seals/stamp/": ("number", "seal"),
        draft: ("seal", "mode", "pages", "x", "y", "keyword", "case_number", "reason"),
        f"/work/seals/{seal.id}/step/apply_change/": ("change_kind", "name", "reason"),
        f"/work/seals/{seal.id}/authorise/": ("account", "per_day", "until", "keeper", "reason"),
        "/work/seals/tasks/new/": ("seal", "digests", "reason"),
    }
    for address, fields in doors.items():
        for text in INPUTS:
            assert client.post(address, dict.fromkeys(fields, text)).status_code in (400, 422), (address, text[:20])
    assert (Seal.objects.count(), SealTask.objects.count(), SealUse.objects.count()) == (1, 0, 0) and SealStep.objects.count() == steps


def test_the_api_answers_whatever_is_sent(org: Org) -> None:
    seal, who = sealed_office(org), everybody(org)
    ApiToken.objects.create(digest=sm3(b"t"), account=who, label="测试", made_at=clock.wall())
    client = desk(account())
    client.raise_request_exception = False
    said: dict[str, Any] = {"headers": {"authorization": "Bearer t", "idempotency-key": "k"}}
    for text in INPUTS:
        for field in ("seal", "reason", "digest", "places", "keyword", "case_number", "task"):
            asked = {"seal": str(seal.id), "reason": "颁发许可", "places": [{"page": 1, "x": 1, "y": 1}], field: text}
            file = SimpleUploadedFile("a.ofd", paper())
            answer = client.post("/api/seals/v1/seal", {"file": file, "asked": json.dumps(asked)}, **said)
            assert answer.status_code in (400, 403, 404, 409, 422), (field, text[:20], answer.content[:200])
        for asked_ in (text, "[]", "{}", "null"):
            file = SimpleUploadedFile("a.ofd", paper())
            assert client.post("/api/seals/v1/seal", {"file": file, "asked": asked_}, **said).status_code in (400, 422)
        for tail in ("seals/x", "requests/x"):
            assert client.get(f"/api/seals/v1/{tail.replace('x', '%00')}", **said).status_code in (400, 404)
    assert SealUse.objects.count() == 0


@pytest.mark.parametrize(
    "places", [[{"page": 1, "x": 1e308, "y": 0}], [{"page": 10**9, "x": 0, "y": 0}], [{"page": 1, "x": 0, "y": 0, "width": -5}]]
)
def test_places_that_are_none_are_refused(org: Org, places: list[dict[str, float]]) -> None:
    seal, who = sealed_office(org), everybody(org)
    ApiToken.objects.create(digest=sm3(b"t"), account=who, label="测试", made_at=clock.wall())
    asked = {"seal": str(seal.id), "reason": "颁发许可", "places": places}
    file = SimpleUploadedFile("a.ofd", paper())
    headers = {"authorization": "Bearer t", "idempotency-key": "k"}
    answer = desk(account()).post("/api/seals/v1/seal", {"file": file, "asked": json.dumps(asked)}, headers=headers)
    assert answer.status_code == 422
