"""Public pages kept as they were drawn: one copy for everybody who would see the same bytes, in this process, by what the page stands on.

Nothing is ever declared stale. The view's `stamp` says what the page stands on, read from the database at each request; what has
moved makes another key, and copies nobody asks for any more fall out as new ones come.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from kapok.kernel.common.remembered import Remembered
from kapok.kernel.ui.preferences import view_key

MOST_BYTES = 32 * 1024 * 1024
"""What the copies of one process may take together; the oldest fall out first."""
Stamp = Callable[..., Hashable | None]


@dataclass(frozen=True)
class Copy:
    body: bytes
    etag: str


class Kept(Remembered[Hashable, Copy]):
    """Copies by what they stand on, no more than MOST_BYTES of them."""

    def __init__(self) -> None:
        super().__init__()
        self._lock, self._bytes = threading.Lock(), 0

    def keep(self, key: Hashable, copy: Copy) -> None:
        with self._lock:
            before = self.pop(key, None)
            self._bytes += len(copy.body) - (len(before.body) if before else 0)
            self[key] = copy
            while self._bytes > MOST_BYTES:
                self._bytes -= len(self.pop(next(iter(self))).body)

    def clear(self) -> None:
        with self._lock:
            super().clear()
            self._bytes = 0


kept = Kept()


def rendered_once(stamp: Stamp) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Keep what a public view draws. `stamp(request, …)` is everything the page stands on beside address, language and view.

    It must be made of what the database or the configuration says, never of what a request says unchecked; None: not kept. Whoever
    sends a session, a token or a flash text is served anew and leaves nothing, and so is an address with a query, for anybody can
    make up as many of those as he likes. An answer that sets a cookie, holds a form's token or is not 200 is never kept.
    """

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            stands_on = stamp(request, *args, **kwargs) if _nobody(request) else None
            if stands_on is None:
                return view(request, *args, **kwargs)
            key = (request.scheme, request.get_host(), request.path, view_key(request), stands_on)
            copy = kept.get(key)
            if copy is None:
                answer = view(request, *args, **kwargs)
                if not _may_be_kept(request, answer):
                    return answer
                copy = Copy(answer.content, f'"{blake2b(answer.content, digest_size=16).hexdigest()}"')
                kept.keep(key, copy)
            return _answer(request, copy)

        return once

    return wrap


def _nobody(request: HttpRequest) -> bool:
    """Whether a request only reads, and comes without anything that could tell one person from another."""
    known = (settings.SESSION_COOKIE_NAME, "messages")
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and "HTTP_AUTHORIZATION" not in request.META
        and not any(name in request.COOKIES for name in known)
    )


def _may_be_kept(request: HttpRequest, answer: HttpResponse) -> bool:
    return answer.status_code == 200 and not answer.streaming and not answer.cookies and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")


def _answer(request: HttpRequest, copy: Copy) -> HttpResponse:
    """The copy, or 304 for a browser that still has it. A browser asks each time: signing in or another region changes the page."""
    answer = HttpResponse(copy.body, headers={"ETag": copy.etag, "Cache-Control": "private, no-cache"})
    patch_vary_headers(answer, ("Cookie", "Accept-Language"))
    return get_conditional_response(request, etag=copy.etag, response=answer) or answer
