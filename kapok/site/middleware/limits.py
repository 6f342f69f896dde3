"""Refuses a body that is too large before any of it is read into memory.

Time is limited in the database (KAPOK_TIME_LIMIT): a thread of a synchronous server cannot be ended from outside.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from kapok.kernel.common.errors import KapokError
from kapok.site.answers import answer_for


class TooLarge(KapokError):
    """The body of a request is larger than this node takes."""

    code, status, fields = "site.too_large", 413, ("limit_mib",)
    says = "提交的内容过大，最多 {limit_mib} MiB。"


class LimitsMiddleware:
    """Looks at the announced length only: without one, Django reads nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.limit = settings.KAPOK_BODY_LIMIT

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            return JsonResponse({"code": "site.bad_length"}, status=400)
        if int(length) > self.limit:
            return answer_for(request, TooLarge(limit_mib=self.limit // 1024 // 1024))
        return self.get_response(request)
