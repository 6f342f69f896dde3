"""我的证照: the list, one licence, its copies, codes and authorisations."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.files.public import open_file
from kapok.kernel.ofd.public import page_answer, page_svg, read_ofd, reading_view, svg_of
from kapok.kernel.parties.public import represented_by
from kapok.kernel.ui.public import FieldView, Link, Option, Point, keyset, render
from kapok.support.licences.actions.using_codes import give_code
from kapok.support.licences.actions.using_copies import CopyTerms, annotated_copy, finish_copy, own_download
from kapok.support.licences.errors import CopyWaits
from kapok.support.licences.models import Copy, Licence
from kapok.support.licences.queries.drawing import drawing_of
from kapok.support.licences.queries.licences import facts_of_licence, history_of
from kapok.support.licences.queries.using import held, held_one, own_consents, own_copy, own_licence, own_rows, own_uses
from kapok.support.licences.queries.using_missing import Trace, why_missing
from kapok.support.licences.rules import using as rules
from kapok.support.licences.web import holder_frame as frame
from kapok.support.licences.web import holder_words as words

SIZE = 12
SHOWS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "live": (gettext_lazy("可以使用"), Licence.LIVE),
    "over": (gettext_lazy("不再使用"), rules.STATES_OVER),
}


@guard(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """The licences of the party the person now acts as, and those still on their way."""
    actor = frame.actor_of(request)
    show = request.GET.get("show", "live")
    show = show if show in SHOWS else "live"
    page = keyset(own_rows(actor).filter(state__in=SHOWS[show][1]), request, size=SIZE)
    first = show == "live" and not {"after", "before"} & set(request.GET)
    party = actor.for_party
    coming = [trace for trace in why_missing(party) if _on_its_way(trace)][:3] if party and first else []
    tabs = [Link(title, f"?show={key}" if key != "live" else request.path, current=key == show) for key, (title, _s) in SHOWS.items()]
    context = {
        "page": page, "held": held(list(page.items)), "tabs": tabs, "show": show, "coming": coming, "identities": _identities(actor),
        "states": frame.STATES, "stuck_words": words.stuck_words,
    }  # fmt: skip
    return render(request, "licences/holder.jinja", context)


def _on_its_way(trace: Trace) -> bool:
    """Whether a licence is still to come of a case, or ought to be there."""
    return trace.stuck is not None and trace.licence is None and trace.stuck.code not in ("no_licence_result", "not_granted", "withdrawn")


def _identities(actor: Any) -> list[tuple[str, str, bool]]:
    """Whose licences one may look at: the own, and those of the companies one represents; the third says which it is now."""
    if actor.party is None:
        return []
    companies = [(str(each.id), each.name_masked, each.id == actor.acts_for) for each in represented_by(actor.party)]
    return [("", _("本人"), actor.acts_for is None), *companies]


@guard(SIGNED_IN)
def one(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """One licence: what it says, how it stands, what happened to it, and all that can be done with it."""
    actor = frame.actor_of(request)
    row = own_licence(actor, licence_id)
    held = held_one(row)
    context = {
        "held": held,
        "row": row,
        "state": frame.state_of(held.facts),
        "points": _points(row),
        "uses": _last_uses(actor, row.id),
        "consents": list(own_consents(actor, row.id).order_by("-id")[:5]),
        "now": clock.now(),
        "modes": frame.MODES,
        "results": frame.RESULTS,
        "done": request.GET.get("done", ""),
        "newer": _newer(actor, row),
    }
    return render(request, "licences/holder_one.jinja", context)


def _last_uses(actor: Any, licence: UUID) -> list[tuple[str, Any, str]]:
    """The last three uses: who and how, when, and where its record is."""
    rows = own_uses(actor).filter(licence=licence).order_by("-id")[:3]
    said = [(f"{frame.caller_words(use)} · {frame.MODES.get(use.mode, use.mode)}", use) for use in rows]
    return [(words, use.at, reverse("licences:holder-use", args=[use.id])) for words, use in said]


def _points(row: Licence) -> list[Point]:
    """The licence's life in a holder's words."""
    return [
        Point(
            entry.at,
            frame.VERBS.get(entry.verb, entry.verb),
            note=entry.reason if entry.verb not in ("issue", "seal") else "",
            who=row.issuer_name if entry.verb not in ("seal",) else "",
        )
        for entry in history_of(row.id)
    ]


def _newer(actor: Any, row: Licence) -> Licence | None:
    """The version that took this one's place."""
    return own_rows(actor).filter(lineage=row.lineage, version__gt=row.version).defer("sealed").order_by("-version").first()


@guard(SIGNED_IN)
def picture(request: HttpRequest, licence_id: UUID, page: int) -> HttpResponse:
    """A page of the licence as a picture; `?sealed=1`: as it stands in the sealed file. The browser may keep it for an hour."""
    row = own_licence(frame.actor_of(request), licence_id)
    if request.GET.get("sealed") and row.ofd is not None:
        svg = _sealed_page(row, page)
    else:
        drawing = drawing_of(row, row.identifier)
        svg = svg_of(drawing.pages[page - 1], drawing) if 1 <= page <= len(drawing.pages) else ""
    if not svg:
        raise NotHere("licences.page", id=page)
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    return answer


def _sealed_page(row: Licence, page: int) -> str:
    assert row.ofd is not None
    package = read_ofd(open_file(row.ofd))
    return page_svg(package, page) if 1 <= page <= len(package.pages) else ""


@guard(SIGNED_IN)
def sheets(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """The sealed file, page by page, with search and zoom."""
    row = own_licence(frame.actor_of(request), licence_id)
    if row.ofd is None:
        return HttpResponseRedirect(reverse("licences:holder-one", args=[row.id]))
    package = read_ofd(open_file(row.ofd))
    view = reading_view(package, title=row.name, href=lambda n: reverse("licences:holder-sheet", args=[row.id, n]), key="ofd")
    return render(request, "licences/holder_sheets.jinja", {"row": row, "view": view, "facts": facts_of_licence(row)})


@guard(SIGNED_IN)
def sheet(request: HttpRequest, licence_id: UUID, page: int) -> HttpResponse:
    """One page of it, as the viewer comes to it."""
    row = own_licence(frame.actor_of(request), licence_id)
    if row.ofd is None:
        raise NotHere("licences.page", id=page)
    package = read_ofd(open_file(row.ofd))
    if not 1 <= page <= len(package.pages):
        raise NotHere("licences.page", id=page)
    return page_answer(package, page, key="ofd")


@guard(SIGNED_IN)
def take(request: HttpRequest, licence_id: UUID, media: str) -> HttpResponse:
    """The holder's own download: a copy 本人留存, sealed by itself."""
    actor = frame.actor_of(request)
    own_licence(actor, licence_id)
    if request.method != "POST" or media not in ("ofd", "pdf"):
        return HttpResponseRedirect(reverse("licences:holder-one", args=[licence_id]))
    try:
        copy = own_download(licence_id, media, by=actor)
    except CopyWaits:
        waiting = Copy.objects.filter(licence=licence_id, holder=actor.for_party, media=media, file=None).order_by("-id").first()
        return HttpResponseRedirect(
            reverse("licences:holder-copy", args=[waiting.id]) if waiting else reverse("licences:holder-one", args=[licence_id])
        )
    return frame.download(copy.file)


@guard(SIGNED_IN)
def copy_file(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """A copy's file; one that still waits for its seal is tried again by the button of its page."""
    copy = own_copy(frame.actor_of(request), copy_id)
    why = ""
    if copy.file is None and request.method == "POST":
        try:
            copy = finish_copy(copy.id)
            return HttpResponseRedirect(request.path)
        except CopyWaits as error:
            why = error.message()
    if copy.file is not None and request.GET.get("file") == "1":
        return frame.download(copy.file)
    return render(request, "licences/holder_copy.jinja", {"copy": copy, "why": why}, status=503 if why else 200)


@guard(SIGNED_IN)
def make_copy(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Make a 加注件 for somebody: for whom, what for, until when."""
    actor = frame.actor_of(request)
    row = own_licence(actor, licence_id)
    facts, posted = facts_of_licence(row), request.POST
    faults: list[FieldFault] = []
    if request.method == "POST":
        until = frame.until_of(posted.get("until", ""))
        try:
            if until is None:
                raise Invalid([FieldFault("until", "licences.until", _("请填写有效期，例如 2026-12-31。"))])
            terms = CopyTerms(posted.get("purpose", ""), posted.get("for_whom", ""), until, posted.get("item_code", "").strip()[:64])
            media = "pdf" if posted.get("media") == "pdf" else "ofd"
            try:
                made = annotated_copy(row.id, media, terms, by=actor)
            except CopyWaits:
                made = Copy.objects.filter(licence=row.id, holder=actor.for_party).order_by("-id")[0]
            return HttpResponseRedirect(reverse("licences:holder-copy", args=[made.id]))
        except KapokError as error:
            faults = frame.faults_of(error, "until")
    context = {"row": row, "facts": facts, "fields": _copy_fields(posted, faults), "faults": faults}
    return render(request, "licences/holder_make_copy.jinja", context, status=422 if faults else 200)


def _copy_fields(posted: Any, faults: list[FieldFault]) -> list[FieldView]:
    later = clock.today() + timedelta(days=rules.terms()["show"]["copy_days"])
    return [
        FieldView(
            "for_whom",
            _("给谁用"),
            value=posted.get("for_whom", ""),
            max_length=120,
            errors=frame.said(faults, "for_whom"),
            hint=_("会印在文件上，别人拿去也用不了。"),
        ),
        FieldView(
            "purpose",
            _("用途"),
            value=posted.get("purpose", ""),
            max_length=200,
            errors=frame.said(faults, "purpose"),
            hint=_("例如：办理银行开户。"),
        ),
        FieldView(
            "until",
            _("有效期截止"),
            kind="date",
            value=posted.get("until", later.isoformat()),
            errors=frame.said(faults, "until"),
            minimum=clock.today().isoformat(),
        ),
        FieldView(
            "item_code",
            _("事项编码"),
            value=posted.get("item_code", ""),
            required=False,
            max_length=64,
            hint=_("用于办理政务服务事项时填写。"),
        ),
        FieldView(
            "media",
            _("文件格式"),
            kind="radios",
            value=posted.get("media", "ofd"),
            options=[Option("ofd", "OFD", _("带国密电子印章，政务部门和银行通用")), Option("pdf", "PDF", _("多数手机和电脑可以直接打开"))],
        ),
    ]


@guard(SIGNED_IN)
def code(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """用证码: made by the button, said or typed by the holder, used once."""
    actor = frame.actor_of(request)
    row = own_licence(actor, licence_id)
    given, faults = None, []
    if request.method == "POST":
        try:
            given = give_code(row.id, item_code=request.POST.get("item_code", ""), by=actor)
        except KapokError as error:
            faults = frame.faults_of(error)
    item = FieldView(
        "item_code", _("只用于这个事项（编码）"), value=request.POST.get("item_code", ""), required=False, max_length=64,
        hint=_("不填则由您把码告诉谁，谁就能用一次。"),
    )  # fmt: skip
    context = {
        "row": row,
        "facts": facts_of_licence(row),
        "given": given,
        "faults": faults,
        "item": item,
        "minutes": rules.terms()["code"]["minutes"],
    }
    return render(request, "licences/holder_code.jinja", context, status=409 if faults else 200)


@guard(SIGNED_IN)
def missing(request: HttpRequest) -> HttpResponse:
    """为什么没有我的证照: each case's way, where it stops, and whose move it is."""
    party = frame.actor_of(request).for_party
    traces = why_missing(party) if party else []
    context = {"traces": traces, "stuck_words": words.stuck_words, "stuck_advice": words.stuck_advice, "step_words": words.STEPS}
    return render(request, "licences/holder_missing.jinja", context)
