"""At the desk: what each state of an item says to the citizen, level by level, and laying words over it (07.05)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common.errors import FieldFault, KapokError, NotHere
from kapok.kernel.ui.public import FieldView, Option, render
from kapok.services.items.public import Asked, Item, item_in_force, search_items
from kapok.services.portal.access import worded_base, worded_item, wording_rows
from kapok.services.portal.actions.wording import set_wording
from kapok.services.portal.queries.wording import layers_of, overrides
from kapok.services.portal.rules import ACTIONS, STATES, resolved
from kapok.services.portal.rules.wording import LONGEST, TONES, defaults
from kapok.services.portal.web.frame import actor_of, faults_of, said, whole

SHOWN = 30
NAMES: dict[str, Any] = {
    "label": gettext_lazy("状态名称"),
    "label_en": gettext_lazy("状态英文名称"),
    "says": gettext_lazy("说明文字"),
    "says_en": gettext_lazy("英文说明文字"),
    "tone": gettext_lazy("语气"),
    "action": gettext_lazy("请申请人办理"),
    "upload": gettext_lazy("允许上传材料"),
    "notify": gettext_lazy("变更时通知"),
}
LEVELS: tuple[Any, ...] = (gettext_lazy("省默认"), gettext_lazy("省对该事项"), gettext_lazy("实施清单"), gettext_lazy("本单位"))
TONE_NAMES: dict[str, Any] = {
    "run": gettext_lazy("进行中（蓝）"),
    "wait": gettext_lazy("轮到申请人（黄）"),
    "ok": gettext_lazy("完成（绿）"),
    "bad": gettext_lazy("未获准（红）"),
}


@guard("portal.wording")
def items(request: HttpRequest) -> HttpResponse:
    """Find the item whose words are to be set: of the own agency, or by words or code."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:100]
    return render(request, "portal/desk_wording_items.jinja", {"rows": _served(actor, text), "query": text, "shown": SHOWN})


def _served(actor: Actor, text: str) -> list[Item]:
    asked = Asked(text=text) if text or not actor.org else Asked(org_id=actor.org)
    found = search_items(asked, size=100, facets=False).lines
    rows = {row.impl_code: row for row in Item.objects.select_related("org").filter(impl_code__in=[line.impl_code for line in found])}
    ordered = [rows[line.impl_code] for line in found if line.impl_code in rows]
    return [row for row in ordered if actor.may("portal.wording", row)][:SHOWN]


@guard("portal.wording")
def item(request: HttpRequest, impl_code: str) -> HttpResponse:
    """Every state of an item as the citizen reads it, and from which level each comes."""
    actor = actor_of(request)
    found = worded_item(actor, impl_code)
    law = item_in_force(impl_code)
    layers = overrides([law]) if law else {}
    rows = []
    for key in STATES:
        laid = layers_of(law, key, layers) if law else ({}, {}, {})
        rows.append((key, defaults()[key]["label"], _read(resolved(key, *laid)), LEVELS[_nearest(laid)]))
    everywhere = actor.reach("portal.wording").everywhere
    return render(request, "portal/desk_wording_item.jinja", {"item": found, "rows": rows, "everywhere": everywhere, "names": NAMES})


def _nearest(laid: Any) -> int:
    """The strongest level that says anything: 0 is the default."""
    return max((number for number, layer in enumerate(laid, 1) if layer), default=0)


def _read(words: dict[str, Any]) -> dict[str, Any]:
    """Words as a table shows them."""
    yes, no = _("是"), _("否")
    return {
        "label": words["label"], "says": words["says"], "tone": words.get("tone", "run"), "action": ACTIONS[words.get("action", "")],
        "upload": yes if words.get("upload") else no, "notify": yes if words.get("notify", True) else no,
    }  # fmt: skip


@guard("portal.wording")
def state_of_item(request: HttpRequest, impl_code: str, state: str) -> HttpResponse:
    """The words of one state of an item."""
    found = worded_item(actor_of(request), impl_code)
    law = item_in_force(impl_code)
    above = layers_of(law, state, overrides([law]))[:2] if law and state in STATES else ()
    return _edit(request, state, above, {"item": impl_code}, found.name, found.id, None)


@guard("portal.wording")
def state_of_base(request: HttpRequest, base_code: str, state: str) -> HttpResponse:
    """The words of one state for all who implement a base item: the province's."""
    found = worded_base(actor_of(request), base_code)
    return _edit(request, state, (), {"base": base_code}, found.name, None, found.id)


def _edit(
    request: HttpRequest, state: str, above: tuple[Any, ...], where: dict[str, str], name: str, item_id: int | None, base_id: int | None
) -> HttpResponse:  # fmt: skip
    if state not in STATES:
        raise NotHere("portal.state", id=state)
    history = list(wording_rows(item=item_id, base=base_id, state=state)[:20])
    newest = history[0] if history else None
    posted, faults = request.POST, []
    words = _typed(posted) if request.method == "POST" else (newest.words if newest else {})
    if request.method == "POST":
        try:
            given = {} if posted.get("restore") else words
            expect = whole(posted.get("expect", ""), 0)
            set_wording(state, given, **where, reason=posted.get("reason", ""), expect=expect, by=actor_of(request))
            return HttpResponseRedirect(f"{request.path}?done=1")
        except KapokError as error:
            faults = faults_of(error)
    inherited = resolved(state, *above)
    context = {
        "state": state, "title": defaults()[state]["label"], "name": name, "where": where, "faults": faults, "history": history,
        "fields": _fields(words, inherited, faults), "expect": newest.number if newest else 0, "laid": bool(newest and newest.words),
        "now": _read(resolved(state, *above, words)), "names": NAMES, "done": "done" in request.GET,
        "reason": FieldView("reason", _("修改原因"), value=posted.get("reason", ""), max_length=200, errors=said(faults, "reason")),
        "up": reverse("portal:desk-wording-item", args=[where["item"]]) if "item" in where else reverse("portal:desk-wording"),
    }  # fmt: skip
    return render(request, "portal/desk_wording_state.jinja", context, status=422 if faults else 200)


def _typed(posted: Any) -> dict[str, Any]:
    """Only what differs is laid over: an empty text or 沿用 leaves what stands above."""
    words: dict[str, Any] = {name: posted.get(name, "").strip() for name in LONGEST if posted.get(name, "").strip()}
    for name in ("tone", "action"):
        if posted.get(name, "-") != "-":
            words[name] = posted.get(name)
    for name in ("upload", "notify"):
        if posted.get(name, "-") != "-":
            words[name] = posted.get(name) == "yes"
    return words


def _fields(words: dict[str, Any], inherited: dict[str, Any], faults: list[FieldFault]) -> list[FieldView]:
    """A field for every word; what stands above is shown as the hint."""
    shown = _read(inherited)
    texts = [
        FieldView(
            name, NAMES[name], kind="textarea" if name.startswith("says") else "text", rows=3, value=words.get(name, ""),
            max_length=longest, required=False, hint=_("沿用：%s") % (inherited.get(name) or "—"), errors=said(faults, name),
        )
        for name, longest in LONGEST.items()
    ]  # fmt: skip
    yes_no = [("yes", _("是")), ("no", _("否"))]
    choices: dict[str, tuple[list[tuple[str, Any]], Any]] = {
        "action": (list(ACTIONS.items()), shown["action"]),
        "upload": (yes_no, shown["upload"]),
        "notify": (yes_no, shown["notify"]),
        "tone": ([(tone, TONE_NAMES[tone]) for tone in TONES], TONE_NAMES[shown["tone"]]),
    }
    return texts + [
        FieldView(
            name, NAMES[name], kind="select", value=_value(words.get(name, "-")), required=False, errors=said(faults, name),
            options=[Option("-", _("沿用：%s") % above), *(Option(key, label) for key, label in options)],
        )
        for name, (options, above) in choices.items()
    ]  # fmt: skip


def _value(given: Any) -> str:
    return ("yes" if given else "no") if isinstance(given, bool) else str(given)
