"""The other side of 亮证: whoever scans a code, without an account; keys to look once; status lists."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import PUBLIC, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError, NotHere
from kapok.kernel.crypto.public import blind_index
from kapok.kernel.ui.public import FieldView, fragment, render
from kapok.support.licences.actions.using_codes import spend_view
from kapok.support.licences.actions.using_show import CODE, ask_copy, read_code, seen_by
from kapok.support.licences.models import Showing, StatusList
from kapok.support.licences.queries.licences import face_of, facts_of_licence
from kapok.support.licences.rules import using as rules
from kapok.support.licences.web import holder_frame as frame


@guard(PUBLIC, why="whoever is shown a licence checks it, with any device")
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """A scanned code. Opening the address reads nothing, so that no preview spends it; the page reads it at once, or by its button."""
    if request.method == "POST":
        try:
            key = read_code(code, by=frame.actor_of(request))
        except KapokError as error:
            return _refused(request, error)
        target = reverse("licences:show-seen", args=[key])
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)
    row = Showing.objects.filter(digest=blind_index(CODE, code)).first() if 8 <= len(code) <= 64 else None
    if row is None:
        return _refused(request, NotHere("licences.code"), "unknown")
    verdict = rules.code_lives(row.ends_at, row.seen_at, wall=clock.wall())
    if not verdict:
        return render(request, "licences/show_refused.jinja", {"why": verdict.code}, status=verdict.status)
    return render(request, "licences/show_scan.jinja", {"code": code})


def _refused(request: HttpRequest, error: KapokError, why: str = "") -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": request.path})
    return render(request, "licences/show_refused.jinja", {"why": why or error.code}, status=error.status)


@guard(PUBLIC, why="the reader's own key stands in the address")
def seen(request: HttpRequest, key: str) -> HttpResponse:
    """What the reader sees: the type's least fields and how the licence stands; asking for a copy; the copy, once let go."""
    faults: list[FieldFault] = []
    try:
        row = seen_by(key)
        if request.method == "POST":
            ask_copy(key, for_whom=request.POST.get("for_whom", ""), purpose=request.POST.get("purpose", ""), by=frame.actor_of(request))
            return HttpResponseRedirect(request.path)
    except KapokError as error:
        if error.status in (404, 410):
            return render(request, "licences/show_refused.jinja", {"why": error.code}, status=error.status)
        faults = frame.faults_of(error)
    context = _seen_context(request, row, key, faults)
    if request.headers.get("HX-Request") == "true":
        if request.GET.get("told") == context["told"]:
            return HttpResponse(status=204)
        return HttpResponse(fragment(request, "licences/show_asked.jinja", context))
    return render(request, "licences/show_seen.jinja", context, status=422 if faults else 200)


def _seen_context(request: HttpRequest, row: Showing, key: str, faults: list[FieldFault]) -> dict[str, Any]:
    facts, posted = facts_of_licence(row.licence), request.POST
    told = "open" if row.asked_at is None else "waiting" if row.answered_at is None else "denied" if not row.granted else "granted"
    if told == "granted" and row.copy is not None and row.copy.file is None:
        told = "making"
    return {
        "row": row, "facts": facts, "state": frame.state_of(facts), "face": face_of(row.licence_id, minimal=True), "key": key, "told": told,
        "faults": faults,
        "fields": [
            FieldView("for_whom", _("您是谁"), value=posted.get("for_whom", ""), max_length=100, errors=frame.said(faults, "for_whom"),
                      hint=_("单位或姓名，会印在加注件上。")),
            FieldView("purpose", _("用途"), value=posted.get("purpose", ""), max_length=200, errors=frame.said(faults, "purpose"),
                      hint=_("例如：办理入住。")),
        ],
    }  # fmt: skip


@guard(PUBLIC, why="the reader's own key stands in the address; the holder let the copy go")
def seen_file(request: HttpRequest, key: str) -> HttpResponse:
    """The copy that the holder let go."""
    row = seen_by(key)
    if not row.granted or row.copy is None or row.copy.file is None:
        raise NotHere("licences.copy")
    return frame.download(row.copy.file)


@guard(PUBLIC, why="the key stands in the address and works once")
def view(request: HttpRequest, token: str) -> HttpResponse:
    """查看令牌: look once. Opening the address spends nothing; the button does."""
    if request.method != "POST":
        return render(request, "licences/show_view.jinja", {"use": None, "minutes": rules.terms()["token"]["minutes"]})
    try:
        use = spend_view(token, by=frame.actor_of(request))
    except KapokError as error:
        return render(request, "licences/show_refused.jinja", {"why": error.code, "view": True}, status=error.status)
    facts = facts_of_licence(use.licence)
    context = {"use": use, "facts": facts, "state": frame.state_of(facts), "face": face_of(use.licence_id, keys=use.fields)}
    return render(request, "licences/show_view.jinja", context)


@guard(PUBLIC, why="status lists are made to be carried away")
def status_lists(request: HttpRequest) -> HttpResponse:
    """The newest list of each issuing body."""
    rows = StatusList.objects.order_by("issuer", "-number").distinct("issuer").defer("content")
    return render(request, "licences/show_lists.jinja", {"rows": list(rows[:500]), "now": clock.now()})


@guard(PUBLIC, why="status lists are made to be carried away")
def status_list(request: HttpRequest, issuer: str) -> HttpResponse:
    """The newest list of an issuing body, as a file."""
    row = StatusList.objects.filter(issuer=issuer).order_by("-number").first() if len(issuer) == 18 else None
    if row is None:
        raise NotHere("licences.status_list", id=issuer[:40])
    answer = HttpResponse(bytes(row.content), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="status-{row.issuer}-{row.number}.json"'
    answer["Cache-Control"] = "public, max-age=600"
    answer["ETag"] = f'"{row.issuer}-{row.number}"'
    return answer
