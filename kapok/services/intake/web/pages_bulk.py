"""One thing for many cases: first what would become of each, then doing it, then what became of each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import Conflict, Invalid, NotHere, Refused
from kapok.kernel.ui.public import FieldView, render
from kapok.services.intake.actions.bulk import Deed, Fate, Picked, do_each, foresee_each
from kapok.services.intake.models import Case
from kapok.services.intake.rules import data_of, table
from kapok.services.intake.web.bulk import OFFERS, Offer
from kapok.services.intake.web.pages import actor_of
from kapok.services.items.public import compiled

PLACEHOLDER = "—"
"""What a needed text is taken to be until it is typed, so that the preview names other causes."""


@dataclass(frozen=True)
class Row:
    """A case with what becomes of it, in words."""

    case: Case | None
    key: str
    fate: Fate
    says: str
    due: Any = None


@guard("intake.see")
def bulk(request: HttpRequest) -> HttpResponse:
    """The preview of what was ticked; with `do`, the deed and its verdicts. Works without a script, and twice as well as once."""
    offer = OFFERS.get(request.POST.get("what", ""))
    if request.method != "POST" or offer is None:
        return HttpResponseRedirect(reverse("intake:queue"))
    actor, picked = actor_of(request), [_picked(text) for text in request.POST.getlist("case")]
    text = request.POST.get("text", "").strip()
    field = _field(offer, text, doing="do" in request.POST)
    wanted = bool(field and field.errors)
    context: dict[str, Any] = {"offer": offer, "table": table(), "field": field, "back": reverse("intake:queue")}
    if "do" in request.POST and not wanted:
        fates = do_each(offer.deed, picked, {offer.asks: text} if offer.asks else {}, by=actor)
        rows = _rows(offer, picked, fates)
        return render(request, "intake/bulk_done.jinja", {**context, "rows": rows, "done": sum(row.fate.ok for row in rows)})
    fates = foresee_each(offer.deed, picked, {offer.asks: text or PLACEHOLDER} if offer.asks else {}, by=actor)
    rows = _rows(offer, picked, fates)
    context |= {"rows": rows, "ready": [row.key for row in rows if row.fate.ok and not row.fate.again], "faulty": [field] if wanted else []}
    return render(request, "intake/bulk.jinja", context, status=422 if wanted or not rows else 200)


def _picked(text: str) -> Picked:
    case, _mark, sequence = text.partition("~")
    try:
        return Picked(UUID(case), int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else -1)
    except ValueError:
        raise Refused("intake.unreadable", 422, says=_("所选的办件无法识别，请回到列表重新勾选。")) from None


def _field(offer: Offer, text: str, *, doing: bool) -> FieldView | None:
    """The text all cases get, with its fault when it is needed, missing and meant to be used now."""
    if not offer.asks:
        return None
    datum = table().data[offer.asks]
    row = next(state for state in table().states if table().rows_for(state, offer.deed.act, offer.deed.outcome))
    needed = offer.asks in data_of(offer.deed.act, offer.deed.outcome, row)[0]
    missing = [_("请填写“%(what)s”。") % {"what": table().data_name(offer.asks)}] if needed and doing and not text else []
    return FieldView(
        "text",
        table().data_name(offer.asks),
        kind="textarea",
        value=text,
        required=needed,
        max_length=datum.longest,
        rows=3,
        errors=missing,
    )


def _rows(offer: Offer, picked: list[Picked], fates: list[Fate]) -> list[Row]:
    """Each case with its fate; of a case that is not the actor's to see, only that nothing was found."""
    cases = Case.objects.in_bulk([fate.case for fate in fates if not isinstance(fate.refusal, NotHere)])
    seen = {one.case: one.sequence for one in picked}
    return [
        Row(cases.get(fate.case), f"{fate.case}~{seen[fate.case]}", fate, _words(offer.deed, fate, cases.get(fate.case)),
            fate.done.due_at if fate.done else None)
        for fate in fates
    ]  # fmt: skip


def _words(deed: Deed, fate: Fate, case: Case | None) -> str:
    error = fate.refusal
    if type(error) is Conflict:
        return _("案件已被他人更新，请打开核对后再办理。")
    if isinstance(error, Invalid):
        return "".join(str(fault.says) for fault in error.faults)
    if error is not None:
        return error.message()
    if fate.again:
        return _("您已经办理过，没有重复办理。")
    if fate.done is None or case is None:
        return _("由您承办")
    item = compiled(case.version)
    step = next((each.name for each in item.steps if each.key == fate.done.step), "") if item else ""
    state = table().state_name(fate.done.state)
    return f"{state} · {step}" if step and table().states[fate.done.state].open else state
