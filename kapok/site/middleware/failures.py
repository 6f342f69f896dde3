"""The one place where an error becomes an answer."""

from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from kapok.kernel.common.errors import Forbidden, KapokError, NotHere
from kapok.site.answers import BadRequest, Unavailable, answer_for
from kapok.site.middleware.limits import TooLarge

_log = structlog.get_logger("kapok.failure")


class FailuresMiddleware:
    """Known errors become their page or problem+json; a lost database is 503, so that a client may try again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        known = _as_known(error)
        if known is None:
            return None
        if known.status >= 500:
            _log.error("failure", code=known.code, exc_info=error)
        return answer_for(request, known)


def _as_known(error: Exception) -> KapokError | None:
    if isinstance(error, KapokError):
        return error
    if isinstance(error, Http404):
        return NotHere("page")
    if isinstance(error, PermissionDenied):
        return Forbidden()
    if isinstance(error, RequestDataTooBig):
        return TooLarge(limit_mib=2)
    if isinstance(error, OperationalError):
        return Unavailable()
    if isinstance(error, DataError | ValueError) and "NUL" in str(error):  # a character that no text of the database may hold
        return BadRequest()
    return None
