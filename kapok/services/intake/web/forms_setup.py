"""The elements of the set-up as forms and in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kapok.kernel.accounts.public import Account
from kapok.kernel.common.errors import FieldFault
from kapok.kernel.inherit.public import EXTENDABLE, LOCKED, OVERRIDABLE, Origin
from kapok.kernel.ui.public import FieldView, Option
from kapok.services.intake.rules.setup import NO, PLACE, POWER, STEPS, TEXT, WINDOWS, YES, Element

SPARE = 2
"""Empty rows at the end of a list, to add to it without a script."""


def words_of(element: Element, value: Any) -> list[str]:
    """A value as lines to read; empty where nothing is set."""
    if value in (None, "", []):
        return []
    if element.kind == POWER:
        return [_("可以") if value == YES else _("不可以")]
    if element.kind == TEXT:
        return [str(value)]
    if element.kind == PLACE:
        return [value["name"], value["address"], value["phone"]]
    if element.kind == WINDOWS:
        return ["　".join(part for part in (row["name"], row["place"], row["hours"]) if part) for row in value]
    return [_step_words(row) for row in value]


def _step_words(row: Mapping[str, Any]) -> str:
    role = {"approver": _("审批人员办理"), "leader": _("负责人办理")}.get(row["role"], "")
    named = _("限 %(n)s 名指定人员") % {"n": len(row["handlers"])} if row["handlers"] else ""
    item = _("事项 %(code)s") % {"code": row["item"]} if row["item"] else _("所有事项")
    return "，".join(part for part in (f"{row['step']}（{item}）", role, named, _("须换人复核") if row["four_eyes"] else "") if part)


def element_views(element: Element, value: Any, faults: Sequence[FieldFault], above: Origin) -> list[list[FieldView]]:
    """The form of an element: groups of fields, one group a row of a list."""
    says: dict[str, list[Any]] = {}
    for fault in faults:
        says.setdefault(fault.field, []).append(fault.says)
    if element.kind == POWER:
        options = [Option(YES, _("可以")), Option(NO, _("不可以"))]
        return [[FieldView("value", element.title, kind="radios", value=value or YES, options=options, errors=says.get("value", ()))]]
    if element.kind == TEXT:
        return [[FieldView("value", element.title, value=value or "", max_length=200, errors=says.get("value", ()))]]
    if element.kind == PLACE:
        labels, place = {"name": _("名称"), "address": _("地址"), "phone": _("电话")}, value or {}
        return [[FieldView(p, label, value=place.get(p, ""), max_length=200, errors=says.get(p, ())) for p, label in labels.items()]]
    kept = len(above.value) if element.rule == EXTENDABLE and above.rule == EXTENDABLE and isinstance(above.value, list) else 0
    rows = [*(value or []), *({} for _spare in range(SPARE))]
    build = _window_row if element.kind == WINDOWS else _step_row
    return [build(number, row, says, fixed=number < kept) for number, row in enumerate(rows)]


def _window_row(number: int, row: Mapping[str, Any], says: Mapping[str, list[Any]], *, fixed: bool) -> list[FieldView]:
    labels = {"name": _("窗口名称"), "place": _("位置"), "hours": _("办公时间")}
    hint = _("上级设定，不能删改") if fixed else ""
    return [_text(f"{number}-{part}", label, row.get(part, ""), says, hint if part == "name" else "") for part, label in labels.items()]


def _step_row(number: int, row: Mapping[str, Any], says: Mapping[str, list[Any]], *, fixed: bool) -> list[FieldView]:
    hint = _("上级设定，不能删改") if fixed else _("与事项清单上的环节名称一致")
    roles = [Option("", _("按事项规定")), Option("approver", _("审批人员")), Option("leader", _("负责人"))]
    return [
        _text(f"{number}-step", _("环节名称"), row.get("step", ""), says, hint),
        _text(f"{number}-item", _("事项实施编码"), row.get("item", ""), says, _("不填表示所有事项")),
        FieldView(f"{number}-role", _("由谁办理"), kind="select", value=row.get("role", ""), options=roles, required=False,
                  errors=says.get(f"{number}-role", ())),
        _text(f"{number}-handlers", _("指定人员登录名"), " ".join(_logins(row.get("handlers", ()))), says, _("用空格隔开，不填不限")),
        FieldView(f"{number}-four_eyes", _("必须换人复核"), kind="checkbox", value=bool(row.get("four_eyes")), required=False),
    ]  # fmt: skip


def _text(name: str, label: str, value: str, says: Mapping[str, list[Any]], hint: str = "") -> FieldView:
    return FieldView(name, label, value=value, required=False, max_length=400, hint=hint, errors=says.get(name, ()))


def _logins(accounts: Sequence[str]) -> list[str]:
    return list(Account.objects.filter(id__in=list(accounts)).order_by("login").values_list("login", flat=True)) if accounts else []


def typed_value(element: Element, posted: Any) -> Any:
    """The value as typed; a row left wholly empty is no row."""
    if element.kind in (POWER, TEXT):
        return posted.get("value", "")
    if element.kind == PLACE:
        return {part: posted.get(part, "") for part in ("name", "address", "phone")}
    first = "name" if element.kind == WINDOWS else "step"
    numbers = sorted({int(name.split("-")[0]) for name in posted if name.split("-")[0].isdigit() and len(name) < 20})
    rows = [_row(element, posted, number) for number in numbers[:100]]
    return [row for row in rows if any(str(row.get(part, "")).strip() for part in (first, "place", "hours", "item"))]


def _row(element: Element, posted: Any, number: int) -> dict[str, Any]:
    if element.kind == WINDOWS:
        said: dict[str, Any] = {part: posted.get(f"{number}-{part}", "").strip() for part in ("name", "place", "hours")}
        return {**said, "key": said["name"]}
    said = {part: posted.get(f"{number}-{part}", "").strip() for part in ("step", "item", "role")}
    logins = posted.get(f"{number}-handlers", "").replace("，", " ").replace("、", " ").split()[:50]
    known = dict(Account.objects.filter(login__in=logins, kind=Account.STAFF).values_list("login", "id")) if logins else {}
    said |= {"four_eyes": bool(posted.get(f"{number}-four_eyes")), "handlers": [str(known[each]) for each in logins if each in known]}
    return {**said, "key": f"{said['item']}:{said['step']}"}


def rule_view(element: Element, chosen: str, name: Callable[[str], str], faults: Sequence[FieldFault]) -> FieldView:
    """What the levels below may do with it."""
    rules = [LOCKED, OVERRIDABLE, *([EXTENDABLE] if element.kind in (WINDOWS, STEPS) else [])]
    options = [Option("", _("不另作规定")), *(Option(rule, name(rule)) for rule in rules)]
    errors = [fault.says for fault in faults if fault.field == "rule"]
    return FieldView("rule", _("下级能否修改"), kind="radios", value=chosen, options=options, required=False, errors=errors)
