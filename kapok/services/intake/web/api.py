"""The API of intake: applications, acts, queues."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Schema
from ninja.files import UploadedFile

from kapok.kernel.access.public import Actor
from kapok.kernel.api.public import Key, new_api, once, signed_in, store_answer
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, sentences
from kapok.kernel.files.public import StoredFile, store
from kapok.services.intake.access import locked_for
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, Given, apply
from kapok.services.intake.actions.holding import claim, release, transfer
from kapok.services.intake.actions.materials import hand_in
from kapok.services.intake.actions.receiving import serves
from kapok.services.intake.errors import WindowNotServing
from kapok.services.intake.queries import acts_of, queue, require_open
from kapok.services.intake.web.uploads import checked_upload
from kapok.services.items.public import CompiledItem, compiled

api = new_api("intake", "统一申办平台")


class MaterialIn(Schema):
    """A material handed in; `files` are ids that `/files` gave, `licence` (method `licence`) one the applicant holds."""

    key: str
    method: str = "upload"
    originals: int = 0
    copies: int = 0
    files: list[UUID] = []
    licence: UUID | None = None


class ApplicationIn(Schema):
    """An application; without `applicant` it is the caller's own."""

    version: UUID
    answers: dict[str, Any]
    situation: dict[str, str] = {}
    materials: list[MaterialIn] = []
    applicant: UUID | None = None
    channel: str = "2"
    again: bool = False


class CorrectionIn(Schema):
    """The answer to a 补正告知: the marked answers and materials, and nothing else."""

    answers: dict[str, Any] = {}
    materials: list[MaterialIn] = []


class ActIn(Schema):
    act: str
    outcome: str
    data: dict[str, Any] = {}
    sequence: int | None = None


@api.post("/files")
@signed_in
def post_file(
    request: HttpRequest, version: Form[UUID], material: Form[str], file: File[UploadedFile], applicant: Form[UUID | None] = None
) -> HttpResponse:
    """Hand in a file for a material of an item, to be named in an application; refused with the reason and the material's key."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    item = compiled(version)
    owner = _applicant(actor, item, applicant)
    content = file.read()
    taken = checked_upload(item, material, file.name or "", content)

    def keep(key: Key) -> tuple[int, Any]:
        kept = store(content, name=file.name or "", media_type=taken, subject=owner, by=actor)
        answer = {"file": str(kept.id), "media_type": kept.media_type, "size": kept.size}
        store_answer(key, 201, answer)
        return 201, answer

    return once(request, f"intake.file:{version}:{material}", keep, body=content)


def _applicant(actor: Actor, item: CompiledItem, named: UUID | None) -> UUID:
    """Whose application it is: the caller's own, or that of a party named by a window that serves the item."""
    if named is not None and named != actor.for_party:
        if not actor.may("intake.receive"):
            raise NotHere("parties.party", id=named)
        if not serves(actor, item):
            raise WindowNotServing(item=item.name)
        return named
    if actor.for_party is None:
        raise NotHere("parties.party")
    return actor.for_party


@api.post("/applications")
@signed_in
def post_application(request: HttpRequest, body: ApplicationIn) -> HttpResponse:
    """Hand in an application (申办)."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    item = compiled(body.version)
    applicant = _applicant(actor, item, body.applicant)
    materials = _given(item, body.materials, applicant)
    own = applicant == actor.for_party
    application = Application(
        body.version, applicant, body.answers, body.situation, materials, body.channel, again=body.again,
        agent=actor.party if own and actor.acts_for else None, received_by=None if own else actor.org,
    )  # fmt: skip

    def take(key: Key) -> tuple[int, Any]:
        require_open(item, body.channel)
        return 201, apply(application, by=actor, key=key).as_json()

    return once(request, "intake.apply", take, whole=True)


def _given(item: CompiledItem, materials: list[MaterialIn], owner: UUID) -> tuple[Given, ...]:
    """The materials with their files, which must be the applicant's own."""
    wanted = [each for material in materials for each in material.files]
    kept = {row.id: row for row in StoredFile.objects.filter(id__in=wanted, subject=owner)} if wanted else {}
    names = {material.key: material.name for material in item.materials}
    lost = [material.key for material in materials if any(each not in kept for each in material.files)]
    if lost:
        code = "material.not_kept"
        raise Invalid([FieldFault(key[:64], code, str(sentences[code]).format(label=names.get(key, key[:64]))) for key in lost])
    return tuple(
        Given(m.key, m.method, tuple((str(f), kept[f].media_type, kept[f].size) for f in m.files), m.originals, m.copies, m.licence)
        for m in materials
    )  # fmt: skip


@api.post("/cases/{case_id}/corrections")
@signed_in
def post_correction(request: HttpRequest, case_id: UUID, body: CorrectionIn) -> HttpResponse:
    """Hand in what a 补正告知 asked: what is not marked may not change."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    with transaction.atomic():
        case = locked_for(actor, case_id)
    materials = _given(case.item, body.materials, case.applicant)
    return _kept(request, case_id, "correction", lambda: hand_in(case_id, body.answers, materials, by=actor))


@api.post("/cases/{case_id}/acts")
@signed_in
def post_act(request: HttpRequest, case_id: UUID, body: ActIn) -> HttpResponse:
    """Do an act to a case."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return once(
        request, f"intake.act:{case_id}",
        lambda key: (200, act(case_id, body.act, body.outcome, body.data, by=actor, expect=body.sequence, key=key).as_json()),
        whole=True,
    )  # fmt: skip


class TransferIn(Schema):
    to: UUID
    reason: str


@api.post("/cases/{case_id}/claim")
@signed_in
def post_claim(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a case to work on; 409 `claim.taken` names who was first."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return _kept(request, case_id, "claim", lambda: claim(case_id, by=actor))


@api.post("/cases/{case_id}/release")
@signed_in
def post_release(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give a case back to the queue."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return _kept(request, case_id, "release", lambda: release(case_id, by=actor))


@api.post("/cases/{case_id}/transfer")
@signed_in
def post_transfer(request: HttpRequest, case_id: UUID, body: TransferIn) -> HttpResponse:
    """Hand a case on to a colleague, with the reason."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return _kept(request, case_id, "transfer", lambda: transfer(case_id, body.to, body.reason, by=actor))


def _kept(request: HttpRequest, case_id: UUID, what: str, deed: Callable[[], None]) -> HttpResponse:
    """The deed and its stored answer in one transaction."""

    def do(key: Key) -> tuple[int, Any]:
        deed()
        answer = {"case": str(case_id), "done": what}
        store_answer(key, 200, answer)
        return 200, answer

    return once(request, f"intake.{what}:{case_id}", do)


@api.get("/queue")
@signed_in
def get_queue(request: HttpRequest, limit: int = 100, due: datetime | None = None, id: UUID | None = None) -> Any:
    """Open cases within reach, by due date; the next page's cursor is in `next`."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    page = queue(actor, after=(due, id) if id else None, limit=max(1, min(limit, 100)))
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
