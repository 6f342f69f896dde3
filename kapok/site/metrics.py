"""Prometheus figures: requests by route, and whether the node is ready. Apps add their own to the default registry."""

import hmac
import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client import REGISTRY as ONE_PROCESS

_requests = Counter("kapok_requests_total", "Requests answered", ("method", "route", "status"))
_seconds = Histogram("kapok_request_seconds", "Time to answer", ("route",), buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10))


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Routes, not paths: a path holds ids, and would make a series for each."""
    _requests.labels(method, route, status).inc()
    _seconds.labels(route).observe(seconds)


def page(request: HttpRequest) -> HttpResponse:
    """`/metrics`: for the holder of the token, or for loopback where no token is set."""
    if not _may_read(request):
        return HttpResponseForbidden("metrics are read from loopback or with KAPOK_METRICS_TOKEN\n", content_type="text/plain")
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token = settings.KAPOK_METRICS_TOKEN
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}")
    return not settings.KAPOK_BEHIND_PROXY and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")


def _registry() -> CollectorRegistry:
    """All workers' figures where they share a folder, else this process's."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return ONE_PROCESS
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry
