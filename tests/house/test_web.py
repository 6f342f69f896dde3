"""What every answer has in common, whichever app gives it."""

import pytest
from django.core import checks
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory, override_settings

from kapok.kernel.common.errors import Conflict, FieldFault, Invalid
from kapok.site import answers, health
from kapok.site.faces import FacesMiddleware
from kapok.site.middleware.failures import FailuresMiddleware

pytestmark = [pytest.mark.django_db, pytest.mark.smoke]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_a_node_with_all_migrations_and_partitions_is_ready(visitor: Client) -> None:
    answer = visitor.get("/health/ready")
    assert answer.json() == {"ready": True, "failures": []}
    assert visitor.get("/health/live").status_code == 200


def test_a_failing_check_makes_the_node_unready_and_says_which(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "run_checks", lambda **kwargs: [checks.Error("a month has no partition", id="x.partition")])
    answer = visitor.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["failures"] == [{"code": "x.partition", "says": "a month has no partition"}]


def test_a_check_that_breaks_is_itself_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**kwargs: object) -> list[checks.CheckMessage]:
        raise OperationalError

    monkeypatch.setattr(checks, "run_checks", broken)
    assert health.failures() == [{"code": "site.check_failed", "says": "OperationalError"}]


def test_every_page_forbids_foreign_script_framing_and_sniffing(visitor: Client) -> None:
    answer = visitor.get("/nothing-is-here")
    assert answer.status_code == 404
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_page_that_is_not_there_is_a_sentence_for_people_and_a_problem_for_machines(visitor: Client) -> None:
    assert "没有找到" in visitor.get("/nothing-is-here").content.decode()
    problem = visitor.get("/api/nothing")
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json()["code"] == "kapok.not_here"


def test_the_request_id_of_a_proxy_is_kept_and_a_harmful_one_is_not(visitor: Client) -> None:
    assert visitor.get("/health/live", headers={"X-Request-Id": "abcdef-123456"})["X-Request-Id"] == "abcdef-123456"
    assert visitor.get("/health/live", headers={"X-Request-Id": "a\tb<script>"})["X-Request-Id"].isalnum()


def test_a_body_over_the_limit_is_refused_unread(visitor: Client) -> None:
    answer = visitor.post("/api/anything", data=b"", content_type="application/json", CONTENT_LENGTH="99999999999")
    assert answer.status_code == 413
    assert answer.json()["code"] == "site.too_large"


def test_metrics_count_by_route_and_are_not_for_everybody(visitor: Client) -> None:
    visitor.get("/health/live")
    page = visitor.get("/metrics").content.decode()
    assert 'kapok_requests_total{method="GET",route="health/live",status="200"}' in page
    assert visitor.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
    with override_settings(KAPOK_METRICS_TOKEN="t"):
        assert visitor.get("/metrics").status_code == 403
        assert visitor.get("/metrics", headers={"Authorization": "Bearer t"}).status_code == 200


@pytest.mark.parametrize(
    ("faces", "path", "status"),
    [
        (("citizen",), "/ops/annex/", 404),
        (("clerk", "ops"), "/ops/annex/", 200),
        (("clerk", "ops"), "/", 302),
        (("ops",), "/persons/", 404),
        (("citizen",), "/", 200),
    ],
)
def test_a_tree_of_another_face_is_not_there_and_the_root_leads_staff_to_theirs(faces: tuple[str, ...], path: str, status: int) -> None:
    with override_settings(KAPOK_FACES=faces):
        middleware = FacesMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get(path)
    if status == 404:
        with pytest.raises(Http404):
            middleware.process_view(request, None, None, None)
    else:
        answer = middleware.process_view(request, None, None, None)
        assert (answer.status_code if answer else 200) == status


def test_known_errors_become_problems_with_their_code_and_every_fault() -> None:
    middleware = FailuresMiddleware(lambda request: answers.not_found(request, Exception()))
    request = RequestFactory().get("/api/x")
    conflict = middleware.process_exception(request, Conflict())
    assert conflict is not None
    assert conflict.status_code == 409
    invalid = answers.answer_for(request, Invalid([FieldFault("name", "x.missing", "请填写")]))
    assert b'"field": "name"' in invalid.content
    away = middleware.process_exception(request, OperationalError())
    assert away is not None
    assert (away.status_code, away["Retry-After"]) == (503, "2")
    assert middleware.process_exception(request, ZeroDivisionError()) is None


def test_cookies_carry_the_code_of_the_node() -> None:
    from django.conf import settings

    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
    assert all("_440000_" in name for name in names)
