"""The clerks' lists: licences within reach, search, what waits for its seal, lists as files."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError, NotHere
from kapok.kernel.files.public import is_formula
from kapok.kernel.regions.public import find_region
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.support.licences.actions.bulk import MOST, ask_bulk, decide_bulk, take_bulk
from kapok.support.licences.actions.signing import try_again
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.searching import (
    Narrow,
    bulk_requests,
    licences_found,
    narrowed,
    waiting_for_seal,
)
from kapok.support.licences.queries.types import published
from kapok.support.licences.rules.status import status_table
from kapok.support.licences.web.words import BULK_STATES, STATES, TONES

SIZE = 50
HEADS = ("证照标识", "证照名称", "证照编号", "持证主体", "颁发机构", "颁发日期", "有效期起", "有效期止", "状态")
"""The first line of a file handed out: Chinese, as the rows are."""


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


@guard("licences.see")
def listing(request: HttpRequest) -> HttpResponse:
    """Licences within reach, the newest first, by state and type."""
    actor, narrow = actor_of(request), _narrow(request)
    page = keyset(narrowed(actor, narrow), request, size=SIZE)
    context = {
        "rows": [facts_of_licence(row) for row in page.items], "slice": page, "filters": _filters(narrow),
        "narrowed": any(narrow.as_json().values()), "states": STATES, "tones": TONES, "narrow": narrow.as_json(),
        "bulk_address": f"{reverse('licences:bulk')}?{urlencode(narrow.as_json())}",
    }  # fmt: skip
    return render(request, "licences/list.jinja", context)


def _narrow(request: HttpRequest) -> Narrow:
    """What the address asks for; what is nonsense asks for nothing."""
    asked = {name: request.GET.get(name, "")[:40] for name in ("state", "type_code", "region")}
    region = asked["region"]
    return Narrow(
        asked["state"] if asked["state"] in STATES else "",
        asked["type_code"] if len(asked["type_code"]) == 21 and asked["type_code"].isalnum() else "",
        region.ljust(12, "0")
        if region.isascii() and region.isdigit() and len(region) in (6, 12) and find_region(region.ljust(12, "0"))
        else "",
    )


def _filters(narrow: Narrow) -> list[FieldView]:
    types = [Option(code, each.name) for code, each in published()[2].items()]
    return [
        FieldView(
            "state",
            _("状态"),
            kind="select",
            value=narrow.state,
            options=[Option("", _("全部")), *(Option(k, v) for k, v in STATES.items())],
        ),
        FieldView("type_code", _("证照类型"), kind="select", value=narrow.type_code, options=[Option("", _("全部")), *types]),
    ]


@guard("licences.see")
def find(request: HttpRequest) -> HttpResponse:
    """By identifier, number, or a holder's number: by POST, for that stands in no address."""
    text = request.POST.get("q", "").replace("\0", "").strip()[:140] if request.method == "POST" else ""
    rows = licences_found(actor_of(request), text) if text else []
    if len(rows) == 1:
        return HttpResponseRedirect(reverse("licences:licence", args=[rows[0].id]))
    return render(request, "licences/find.jinja", {"rows": rows, "asked": bool(text), "states": STATES, "tones": TONES})


@guard("licences.see")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for its seal, and why."""
    actor, now = actor_of(request), clock.wall()
    rows = waiting_for_seal(actor)
    context = {
        "rows": [
            {"row": each, "facts": facts_of_licence(each.licence), "minutes": int((now - each.queued_at).total_seconds() // 60)}
            for each in rows
        ],
        "late": sum(1 for each in rows if each.alarmed_at),
        "may": actor.may("licences.handle"),
    }
    return render(request, "licences/waiting.jinja", context)


@guard("licences.handle")
def again(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Try to seal now."""
    if request.method == "POST":
        try_again(licence_id, by=actor_of(request))
    return HttpResponseRedirect(reverse("licences:waiting"))


@guard("licences.see")
def bulk(request: HttpRequest) -> HttpResponse:
    """Lists as files: ask, approve, take."""
    actor, error = actor_of(request), ""
    faults: list[FieldFault] = []
    narrow = _narrow(request)
    if request.method == "POST":
        try:
            ask_bulk(narrow, request.POST.get("purpose", ""), scope=_own_scope(actor), by=actor)
            return HttpResponseRedirect(reverse("licences:bulk"))
        except KapokError as refused:
            error, faults = refused.message(), getattr(refused, "faults", [])
    count = narrowed(actor, narrow).count()
    purpose = FieldView("purpose", _("用途"), max_length=200, value=request.POST.get("purpose", ""), errors=[f.says for f in faults])
    context = {
        "rows": bulk_requests(actor),
        "count": count,
        "most": MOST,
        "purpose": purpose,
        "error": error,
        "me": actor.account,
        "states": BULK_STATES,
        "decides": {each.id for each in bulk_requests(actor) if actor.may("licences.bulk", each)},
        "narrow": _words(narrow),
        "address": f"{reverse('licences:bulk')}?{urlencode(narrow.as_json())}",
    }
    return render(request, "licences/bulk.jinja", context, status=422 if error else 200)


def _words(narrow: Narrow) -> list[Any]:
    """What narrows a list, in words."""
    type = published()[2].get(narrow.type_code)
    return [word for word in (STATES.get(narrow.state, ""), type.name if type else "", narrow.region) if word]


def _own_scope(actor: Actor) -> int:
    """Where a bulk query of the actor's is decided: the first scope of the own agency, else of the reach."""
    scopes = sorted(actor.reach("licences.see").scopes)
    if not scopes:
        raise NotHere("licences.bulk")
    return scopes[0]


@guard("licences.see")
def bulk_act(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Approve, refuse, or take the file."""
    actor, what = actor_of(request), request.POST.get("what", "")
    if request.method != "POST":
        return HttpResponseRedirect(reverse("licences:bulk"))
    if what == "take":
        return _file(take_bulk(request_id, by=actor))
    decide_bulk(request_id, what == "agree", by=actor)
    return HttpResponseRedirect(reverse("licences:bulk"))


def _file(rows: list[list[Any]]) -> HttpResponse:
    """CSV that no spreadsheet runs."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    titles = {key: state.title for key, state in status_table().states.items()}
    for row in rows:
        cells = [*row[:-1], titles.get(row[-1], row[-1])]
        writer.writerow([f"'{cell}" if is_formula(str(cell)) else cell for cell in cells])
    return HttpResponse(
        "\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="licences.csv"', "Cache-Control": "private, no-store"},
    )  # fmt: skip
