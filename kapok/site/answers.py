"""An error as a page for people or as problem+json (RFC 9457) for machines.

Also Django's own handlers for what is raised outside a view, and a bare page for the case that the
page renderer itself fails: a person must never see an empty answer.
"""

import html

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Forbidden, Invalid, KapokError, NotHere

_log = structlog.get_logger("kapok.failure")


class Unavailable(KapokError):
    """The database cannot be reached just now; the same request may be sent again."""

    code, status = "site.unavailable", 503
    says = _("系统暂时无法访问，请稍后再试。")


class Broken(KapokError):
    """Our own fault: nothing was done."""

    code, status = "site.broken", 500
    says = _("系统出现错误，本次操作没有生效，请稍后再试。")


class BadRequest(KapokError):
    """The request cannot be read."""

    code, status = "site.bad_request", 400
    says = _("请求格式不正确。")


class FormExpired(KapokError):
    """The form's token is missing or old."""

    code, status = "site.form_expired", 403
    says = _("页面已过期，请返回刷新后重新提交。")


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/spec/")) or request.headers.get("Accept", "").startswith("application/json")


def answer_for(request: HttpRequest, error: KapokError) -> HttpResponse:
    """The error as whoever asked can read it; 503 and 429 say when to try again."""
    request_id = getattr(request, "request_id", "")
    response = _problem(error, request_id) if wants_json(request) else _page(request, error, request_id)
    if error.status in (429, 503):
        response.headers.setdefault("Retry-After", "2")
    return response


def _problem(error: KapokError, request_id: str) -> HttpResponse:
    body: dict[str, object] = {
        "type": f"urn:kapok:error:{error.code}",
        "title": error.message(),
        "status": error.status,
        "code": error.code,
        "data": {key: str(value) for key, value in error.data.items() if key in error.fields},
        "request_id": request_id,
    }
    if isinstance(error, Invalid):
        body["faults"] = [{"field": f.field, "code": f.code, "says": str(f.says)} for f in error.faults]
    return JsonResponse(body, status=error.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def _page(request: HttpRequest, error: KapokError, request_id: str) -> HttpResponse:
    shown = {"error": error, "status": error.status, "code": error.code, "message": error.message(), "request_id": request_id}
    try:
        from kapok.kernel.ui.public import render

        return render(request, "ui/error.jinja", shown, status=error.status)
    except Exception:
        _log.warning("error page not rendered", exc_info=True)
        return HttpResponse(_bare(error, request_id), status=error.status)


def _bare(error: KapokError, request_id: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{error.status}</title>'
        f"<h1>{html.escape(error.message())}</h1><p>{html.escape(error.code)} · {html.escape(request_id)}</p>"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_for(request, BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_for(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_for(request, NotHere("page"))


def broken(request: HttpRequest) -> HttpResponse:
    return answer_for(request, Broken())


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure view."""
    _log.info("form expired", reason=reason)
    return answer_for(request, FormExpired())
