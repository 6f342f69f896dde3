"""The API of intake: applications, acts, queues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from kapok.kernel.api.public import new_api, once, signed_in
from kapok.kernel.common.errors import NotHere
from kapok.services.intake.access import locked_for
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, Given, apply
from kapok.services.intake.queries import acts_of, queue

api = new_api("intake", "统一申办平台")


class MaterialIn(Schema):
    key: str
    method: str = "upload"
    originals: int = 0
    copies: int = 0


class ApplicationIn(Schema):
    """An application; without `applicant` it is the caller's own."""

    version: UUID
    answers: dict[str, Any]
    situation: dict[str, str] = {}
    materials: list[MaterialIn] = []
    applicant: UUID | None = None
    channel: str = "2"
    again: bool = False


class ActIn(Schema):
    act: str
    outcome: str
    data: dict[str, Any] = {}
    sequence: int | None = None


@api.post("/applications")
@signed_in
def post_application(request: HttpRequest, body: ApplicationIn) -> HttpResponse:
    """Hand in an application (申办)."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    applicant = body.applicant if body.applicant and actor.may("intake.receive") else actor.for_party
    if applicant is None:
        raise NotHere("parties.party")
    materials = tuple(Given(m.key, m.method, (), m.originals, m.copies) for m in body.materials)
    application = Application(body.version, applicant, body.answers, body.situation, materials, body.channel, again=body.again)
    return once(request, "intake.apply", lambda key: (201, apply(application, by=actor, key=key).as_json()))


@api.post("/cases/{case_id}/acts")
@signed_in
def post_act(request: HttpRequest, case_id: UUID, body: ActIn) -> HttpResponse:
    """Do an act to a case."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return once(
        request, f"intake.act:{case_id}",
        lambda key: (200, act(case_id, body.act, body.outcome, body.data, by=actor, expect=body.sequence, key=key).as_json()),
    )  # fmt: skip


@api.get("/queue")
@signed_in
def get_queue(request: HttpRequest, limit: int = 100, due: datetime | None = None, id: UUID | None = None) -> Any:
    """Open cases within reach, by due date; the next page's cursor is in `next`."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    page = queue(actor, after=(due, id) if due and id else None, limit=max(1, min(limit, 100)))
    return {"cases": page.rows, "next": page.next and {"due": page.next[0], "id": page.next[1]}}


@api.get("/cases/{case_id}/acts")
@signed_in
def get_acts(request: HttpRequest, case_id: UUID) -> Any:
    """A case's acts in order, for those who have a part in it."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    with transaction.atomic():
        locked_for(actor, case_id)
    return [
        {"sequence": a.sequence, "act": a.act, "outcome": a.outcome, "state": a.state_to, "at": a.occurred_at, "by": a.doer,
         "document": a.document}
        for a in acts_of(case_id)
    ]  # fmt: skip
