"""An API of one system: problem+json, tokens, keys, keyset pages."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as NinjaInvalid
from ninja.renderers import BaseRenderer

from kapok.kernel.api.errors import Unreadable
from kapok.kernel.api.idempotency import Key, first_answer, key_of
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError
from kapok.kernel.common.guards import SIGNED_IN, SignInFirst

PROBLEM = "application/problem+json"


class FastJson(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str)


def problem(error: KapokError) -> HttpResponse:
    """RFC 9457: type is our stable code, detail the sentence for people, faults the fields that are wrong."""
    body: dict[str, Any] = {
        "type": f"urn:kapok:{error.code}", "code": error.code, "status": error.status, "detail": error.message(),
    }  # fmt: skip
    body |= {name: value for name, value in error.data.items() if name not in body}
    if isinstance(error, Invalid):
        body["faults"] = [{"field": f.field, "code": f.code, "says": str(f.says)} for f in error.faults]
    return HttpResponse(orjson.dumps(body, default=str), content_type=PROBLEM, status=error.status)


def new_api(system: str, title: str) -> NinjaAPI:
    """The API of a system, mounted at /api/<system>/v1/."""
    api = NinjaAPI(title=title, version="1.0.0", urls_namespace=f"api-{system}", renderer=FastJson(), docs_url=None)
    api.add_exception_handler(KapokError, _refused)
    api.add_exception_handler(NinjaInvalid, _malformed)
    api.add_exception_handler(HttpError, _unreadable)
    return api


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """What the library says before any view: a body it cannot parse."""
    return problem(Unreadable())


def _malformed(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(_invalid(error))


def _invalid(error: NinjaInvalid) -> KapokError:
    return Invalid([FieldFault(".".join(map(str, e["loc"][1:])), f"kapok.{e['type']}", _says(e["type"])) for e in error.errors])


def _says(kind: str) -> Any:
    """The library's own sentence is English and may repeat what was sent."""
    return _("此项必须填写。") if kind == "missing" else _("此项的格式或类型不正确。")


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """The caller must have a token or a session; otherwise 401."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.actor.signed_in:  # type: ignore[attr-defined]  # set by kernel.access
            raise SignInFirst()
        return view(request, *args, **kwargs)

    checked.guard = (SIGNED_IN, "")  # type: ignore[attr-defined]  # sweeps read it
    return checked


def once(
    request: HttpRequest, endpoint: str, deed: Callable[[Key], tuple[int, Any]], body: bytes | None = None, whole: bool = False
) -> HttpResponse:  # fmt: skip
    """Do a deed once for its key: the deed stores the key in its own transaction, a retry gets the stored answer.

    `whole`: the deed writes in one statement, or opens one transaction around all of it; another around that would only cost.

    The look-up comes after a unique violation and not before the deed: retries are rare, and a look-up first would still race.
    """
    key = key_of(request, request.actor.account, endpoint, body)  # type: ignore[attr-defined]  # set by kernel.access
    try:
        with nullcontext() if whole else transaction.atomic():
            status, answer = deed(key)
    except (IntegrityError, KapokError):
        known = first_answer(key)
        if known is None:
            raise
        status, answer = known
    return HttpResponse(orjson.dumps(answer, default=str), content_type="application/json", status=status)
