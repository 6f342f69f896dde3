"""Puts the actor on the request."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from kapok.kernel.access.data import Actor
from kapok.kernel.access.queries import actor_of_account, actor_of_token

BEARER = "Bearer "


class AccessMiddleware:
    """`request.actor`: from a bearer token, else from the session; asked of the database on first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request))  # type: ignore[attr-defined]  # the attribute is this middleware's own
        return self.get_response(request)


def actor_for(request: HttpRequest) -> Actor:
    """Who is asking."""
    header = request.headers.get("Authorization", "")
    if header.startswith(BEARER):
        return actor_of_token(header[len(BEARER) :])
    session = request.session
    account, acts_for = session.get("account"), session.get("acts_for")
    return actor_of_account(UUID(account) if account else None, UUID(acts_for) if acts_for else None)


def sign_in(request: HttpRequest, account: UUID) -> None:
    """Begin a session for an account, with a new key (no fixation)."""
    request.session.flush()
    request.session["account"] = str(account)


def sign_out(request: HttpRequest) -> None:
    request.session.flush()
