"""Every view says who may call it; a sweep finds those that do not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Forbidden, KapokError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PUBLIC, SIGNED_IN = "public", "signed-in"


class SignInFirst(KapokError):
    """A machine asked without saying who it is; a person's browser is sent to log in instead."""

    code, status = "kapok.sign_in", 401
    says = _("请先登录。")


def guard(who: str, *, why: str = "") -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a view: PUBLIC (with the reason), SIGNED_IN, or the deed its caller must be allowed.

    The request carries `actor` (kernel.access puts it there); a deed is checked in general here and on the thing itself by
    the query that fetches it.
    """

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
            if who != PUBLIC and not actor.signed_in:
                return _to_sign_in(request)
            if who not in (PUBLIC, SIGNED_IN) and not actor.may(who):
                raise Forbidden(deed=who)
            return view(request, *args, **kwargs)

        guarded.guard = (who, why)  # type: ignore[attr-defined]  # sweeps read it
        return guarded

    return mark


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise SignInFirst()
    return HttpResponseRedirect(f"/account/sign-in/?next={quote(request.get_full_path())}")
