"""The board of the annex: matrix, a row, a city, a square, the evidence behind a figure, exemptions, the export."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.annex import actions, queries, seed
from kapok.kernel.annex.cards import built_rows, measures
from kapok.kernel.annex.data import State, SystemRow
from kapok.kernel.annex.queries import PROVINCE
from kapok.kernel.annex.web import drawing
from kapok.kernel.annex.web.forms import EndForm, ExemptionForm
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere
from kapok.kernel.ui.public import Link, render

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show_board(request: HttpRequest) -> HttpResponse:
    """28 rows × the province and 21 cities."""
    branch = request.GET.get("branch", "")
    rows = tuple(row for row in seed.annex().rows if branch in ("", row.branch))
    board = queries.board(rows)
    cells = list(board.cells())
    context = {
        "columns": [drawing.linked(link) for link in drawing.columns()],
        "legend": drawing.LEGEND,
        "lines": drawing.matrix(board, rows),
        "branches": _branch_links(branch),
        "built": len(built_rows() & {row.number for row in rows}),
        "rows": rows,
        "counts": {state: sum(1 for cell in cells if cell.state is state) for state in State},
        "short": sum(1 for cell in cells if cell.state is State.MEASURED and not cell.met),
        "seen_at": clock.now(),
        "rehearsed": queries.rehearsals(),
        "branch": branch,
    }
    return render(request, "annex/board.jinja", context)


def show_row(request: HttpRequest, number: int) -> HttpResponse:
    """One system: its duties and how every city stands."""
    row = _row(number)
    board = queries.board([row])
    squares = [board.square(number, place) for place in (PROVINCE, *seed.cities())]
    marks, counts = map(drawing.square_mark, squares), map(drawing.square_counts, squares)
    context = {
        "row": row,
        "built": row.number in built_rows(),
        "modes": [drawing.MODES[mode] for mode in row.modes],
        "pairs": list(zip(drawing.columns(), marks, counts, strict=True)),
    }
    return render(request, "annex/row.jinja", context)


def show_city(request: HttpRequest, code: str) -> HttpResponse:
    """One city (or the province): every row of the annex and what it owes."""
    _place(code)
    board = queries.board()
    known = [(row, board.square(row.number, code)) for row in seed.annex().rows]
    squares = [(row, drawing.square_mark(square), drawing.square_counts(square)) for row, square in known]
    city = seed.cities().get(code)
    context = {"place": drawing.place_name(code), "city": city, "squares": squares, "branches": drawing.branches()}
    return render(request, "annex/city.jinja", context)


def show_square(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """Every duty of one row for one place, with figure, instant and contributions."""
    row = _row(number)
    _place(code)
    square = queries.board([row]).square(number, code)
    context = {
        "row": row,
        "place": drawing.place_name(code),
        "code": code,
        "mode": drawing.MODES[queries.mode_of(row, code)],
        "mark": drawing.square_mark(square),
        "views": [drawing.cell_view(cell) for cell in square.cells],
    }
    return render(request, "annex/square.jinja", context)


def show_evidence(request: HttpRequest, duty: str, code: str) -> HttpResponse:
    """The single rows one contribution was counted from."""
    known = seed.duties().get(duty)
    if known is None:
        raise NotHere("annex.duty", id=duty)
    row = _row(known.row)
    _place(code)
    bound = list(measures(duty))
    chosen = next((measure for measure in bound if measure.part == request.GET.get("part", "")), bound[0] if bound else None)
    found = list(queries.evidence(chosen, code, request.GET.get("after", ""))) if chosen else []
    entries, more = found[: queries.EVIDENCE_PAGE], len(found) > queries.EVIDENCE_PAGE
    cell = next(cell for cell in queries.board([row]).square(row.number, code).cells if cell.duty.id == duty)
    context = {
        "row": row,
        "view": drawing.cell_view(cell),
        "code": code,
        "parts": [Link(m.part or _("全部"), f"?part={m.part}", current=m is chosen) for m in bound] if len(bound) > 1 else [],
        "entries": entries,
        "next": entries[-1].key if more else "",
        "part": chosen.part if chosen else "",
    }
    return render(request, "annex/evidence.jinja", context)


def export_board(request: HttpRequest) -> HttpResponse:
    """Every duty of every place as a line (CSV, UTF-8 with mark, so that spreadsheets read it)."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="annex-{clock.today():%Y%m%d}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("序号"), _("系统"), _("任务"), _("内容"), _("地方"), _("状态"), _("完成"), _("应计"), _("截至"), _("说明")])
    for cell in queries.board().cells():
        view, row = drawing.cell_view(cell), _row(cell.duty.row)
        measured = cell.state is State.MEASURED
        moment = clock.local(cell.as_of).strftime("%Y-%m-%d %H:%M") if cell.as_of else ""
        line = [row.key, row.title, cell.duty.id, cell.duty.words, view["place"], view["label"]]
        writer.writerow([_inert(part) for part in [*line, cell.done if measured else "", cell.of if measured else "", moment, view["why"]]])
    return response


def show_exemptions(request: HttpRequest) -> HttpResponse:
    """Exemptions in force and to come, or those that ended."""
    ended = request.GET.get("ended") == "1"
    found = [(row, seed.duties().get(row.duty), drawing.place_name(row.city)) for row in queries.exemptions(ended=ended)]
    may = request.actor.may("annex.exempt")  # type: ignore[attr-defined]  # set by kernel.access
    tabs = [Link(_("有效"), "?", current=not ended), Link(_("已终止"), "?ended=1", current=ended)]
    return render(request, "annex/exemptions.jinja", {"found": found, "ended": ended, "may": may, "tabs": tabs, "today": clock.today()})


def add_exemption(request: HttpRequest) -> HttpResponse:
    """Register an exemption."""
    initial = {"duty": request.GET.get("duty", ""), "city": request.GET.get("city", ""), "starts": clock.today()}
    form = ExemptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_exemption(**form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]  # set by kernel.access
        except Invalid as invalid:
            _show_faults(form, invalid)
        else:
            messages.success(request, _("豁免已登记。"))
            return HttpResponseRedirect(reverse("annex:exemptions"))
    return render(request, "annex/exempt.jinja", {"form": form}, status=422 if form.errors else 200)


def close_exemption(request: HttpRequest, exemption_id: UUID) -> HttpResponse:
    """End an exemption before its day."""
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_exemption(exemption_id, form.cleaned_data["reason"], by=request.actor)  # type: ignore[attr-defined]  # set by kernel.access
        messages.success(request, _("豁免已终止，任务自今日起恢复。"))
        return HttpResponseRedirect(reverse("annex:exemptions"))
    exemption = next((row for row in queries.exemptions() if row.id == exemption_id), None)
    if exemption is None:
        raise NotHere("annex.exemption", id=exemption_id)
    return render(request, "annex/end.jinja", {"form": form, "exemption": exemption}, status=422 if form.errors else 200)


def _branch_links(branch: str) -> list[Link]:
    found = [Link(_("全部"), "?", current=not branch)]
    return found + [Link(_(name), f"?branch={name}", current=name == branch) for name in drawing.branches()]


def _row(number: int) -> SystemRow:
    row = seed.row(number)
    if row is None:
        raise NotHere("annex.row", id=number)
    return row


def _place(code: str) -> None:
    if code != PROVINCE and code not in seed.cities():
        raise NotHere("annex.city", id=code)


def _show_faults(form: Any, invalid: Invalid) -> None:
    for fault in invalid.faults:
        form.add_error(fault.field, str(fault.says))


def _inert(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else value
