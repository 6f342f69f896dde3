"""Outermost: gives a request its id, times it, counts it, writes one line about it."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

from kapok.site import metrics

_log = structlog.get_logger("kapok.request")
_SAFE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/health/", "/metrics", "/static/")


class RequestMiddleware:
    """An id given by a proxy is kept if it is harmless to print; the answer carries it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if _SAFE.fullmatch(given) else uuid4().hex  # type: ignore[attr-defined]  # Django's requests carry what middlewares add
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]  # as above
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - begun)
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]  # as above
        return response

    def _note(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        route = match.route if match else "none"
        metrics.count_request(request.method or "", route, response.status_code, seconds)
        if not request.path.startswith(_QUIET):
            _log.info("request", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000, 1))
