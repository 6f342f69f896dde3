"""亮证 on the holder's device: a big code, renewed by itself, and the question whether a copy may go."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.ui.public import fragment, render
from kapok.support.licences.actions.using_copies import finish_copy
from kapok.support.licences.actions.using_show import Shown, answer_ask, show_code
from kapok.support.licences.errors import CopyWaits
from kapok.support.licences.models import Licence, Showing
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.queries.using import own_licence, own_showing
from kapok.support.licences.rules import using as rules
from kapok.support.licences.web import holder_frame as frame

NEARLY = 3.0
"""Seconds before its end at which a code on the screen is replaced."""


@guard(SIGNED_IN)
def show(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """The page with the code. A code is made by POST alone: by the page itself with script, by its button without."""
    actor = frame.actor_of(request)
    row = own_licence(actor, licence_id)
    if request.method != "POST":
        return render(request, "licences/show.jinja", {"row": row, "facts": facts_of_licence(row), "panel": None, "faults": []})
    partial = request.headers.get("HX-Request") == "true"
    before = as_uuid(request.POST.get("showing", ""))
    standing = _standing(actor, row, before) if before else None
    now = _told(standing) if standing else ""
    if partial and now and request.POST.get("told") == now:
        return HttpResponse(status=204)
    if standing is not None and now != "live":
        context = {"row": row, "panel": {"kind": now, "showing": standing, "told": now}}
        return _answer(request, context, partial)
    try:
        shown = show_code(row.id, by=actor)
    except KapokError as error:
        context = {"row": row, "panel": {"kind": "refused", "says": error.message(), "told": "refused"}}
        return _answer(request, context, partial, error.status)
    return _answer(request, {"row": row, "panel": _code_panel(request, row, shown)}, partial)


def _answer(request: HttpRequest, context: dict[str, Any], partial: bool, status: int = 200) -> HttpResponse:
    """The whole page, or the panel alone for the page that asks by itself."""
    empty = {"showing": None, "id": None, "says": ""}
    context |= {"facts": facts_of_licence(context["row"]), "qr_picture": frame.qr_picture, "panel": empty | context["panel"]}
    if partial:
        return HttpResponse(fragment(request, "licences/show_panel.jinja", context))
    return render(request, "licences/show.jinja", context, status=status)


def _standing(actor: Any, row: Licence, before: UUID) -> Showing | None:
    """The code on the screen, as long as it needs no other: still good, or read and being dealt with."""
    found = own_showing(actor, before)
    if found.licence_id != row.id:
        return None
    if found.seen_until is not None:
        return found if clock.wall() < found.seen_until else None
    return found if (found.ends_at - clock.wall()).total_seconds() > NEARLY else None


def _told(showing: Showing) -> str:
    """What the holder has to be told of a code: live, seen, asked, granted, refused."""
    if showing.answered_at is not None:
        return "granted" if showing.granted else "denied"
    if showing.asked_at is not None:
        return "asked"
    return "seen" if showing.seen_at is not None else "live"


def _code_panel(request: HttpRequest, row: Licence, shown: Shown) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("licences:show-scan", args=[shown.code]))
    type = type_version(row.type_version_id)
    return {
        "kind": "live", "told": "live", "id": shown.id, "code": shown.code, "address": address, "ends_at": shown.ends_at,
        "seconds": rules.terms()["show"]["seconds"], "fields": [each.label for each in type.fields if each.minimal],
    }  # fmt: skip


@guard(SIGNED_IN)
def answer(request: HttpRequest, licence_id: UUID, showing_id: UUID) -> HttpResponse:
    """Let the copy go, or do not; the copy's file is made at once."""
    actor = frame.actor_of(request)
    row = own_licence(actor, licence_id)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("licences:show", args=[row.id]))
    says, status = "", 200
    try:
        copy = answer_ask(showing_id, request.POST.get("grant") == "yes", by=actor)
        if copy is not None:
            finish_copy(copy)
    except CopyWaits as error:
        says = error.message()
    except KapokError as error:
        says, status = error.message(), error.status
    showing = own_showing(actor, showing_id)
    now = _told(showing)
    panel = {"kind": now, "showing": showing, "told": now, "says": says}
    return _answer(request, {"row": row, "panel": panel}, False, status)
