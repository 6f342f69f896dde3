"""Licences at the desk of a case: what the decision would issue, and those the applicant used instead of files."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import NotHere
from kapok.kernel.files.public import file_response, open_file
from kapok.kernel.reads.public import note_read
from kapok.kernel.ui.public import render
from kapok.services.intake.models import Handed
from kapok.services.intake.queries import open_dossier
from kapok.services.intake.web.pages_case import Desk, desk_of
from kapok.support.licences.public import Previewed, copy_for_case, preview_for_case, type_for

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"


@guard("intake.see")
def preview(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """制证预览: the licence as the decision would issue it, and what would stop it."""
    desk = desk_of(request, case_id)
    seen = _previewed(desk)
    context: dict[str, Any] = {"case": desk.case, "seen": seen, "kind": _kind(desk)}
    return render(request, "intake/licence_preview.jinja", context, status=200 if not seen.faults else 422)


@guard("intake.see")
def preview_page(request: HttpRequest, case_id: UUID, page: int) -> HttpResponse:
    """A page of the preview as a picture."""
    pages = _previewed(desk_of(request, case_id)).pages
    if not 1 <= page <= len(pages):
        raise NotHere("intake.licence_page", id=page)
    answer = HttpResponse(pages[page - 1], content_type="image/svg+xml")
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = PICTURE_POLICY
    return answer


def _kind(desk: Desk) -> Any:
    item = desk.locked.item
    kind = type_for(item.base_code, item.impl_code)
    if kind is None or not desk.works or desk.case.closed_at:
        raise NotHere("intake.licence", id=desk.case.id)
    return kind


def _previewed(desk: Desk) -> Previewed:
    """Drawn from the dossier as it stands; the reading is noted like any other."""
    kind, case = _kind(desk), desk.case
    answers = open_dossier(desk.actor, case, plain=True).answers
    return preview_for_case(
        kind, holder=case.applicant_id, org=case.org_id, answers=answers, case_number=case.number or case.serial, item_name=case.item_name
    )


@guard("intake.see")
def held(request: HttpRequest, case_id: UUID, handed_id: UUID) -> HttpResponse:
    """The copy of a licence that was handed in instead of a file (加注件), made when it is first asked for."""
    desk = desk_of(request, case_id)
    row = Handed.objects.filter(case_id=case_id, id=handed_id, licence__isnull=False).first()
    if row is None or row.licence is None or not desk.works:
        raise NotHere("intake.handed", id=handed_id)
    file = copy_for_case(row.licence, desk.case.serial, by=desk.actor).file
    if file is None:
        raise NotHere("intake.handed", id=handed_id)
    note_read(desk.actor, desk.case.applicant_id, f"办理“{desk.case.item_name}”时查看电子证照", case_id, what="licence")
    return file_response(file, open_file(file), inline=True)
