"""Drafts: an application that is not yet handed in, kept on the server for every channel."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.crypto.public import seal_json, unseal_json
from kapok.kernel.journal.public import action, record
from kapok.services.intake.actions.apply import Application, Applied, Given, apply
from kapok.services.intake.events import DraftBegun, DraftDropped, DraftSaved
from kapok.services.intake.models import Draft
from kapok.services.items.public import CompiledItem

KEPT = timedelta(days=30)
ABOUT = "intake.draft"


@dataclass
class Content:
    """What a draft holds so far; unfinished and unchecked."""

    situation: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    materials: list[dict[str, Any]] = field(default_factory=list)


@action("intake.begin_draft")
def begin_draft(item: CompiledItem, *, by: Actor) -> Draft:
    """Begin an application, or go on with the one begun for the same item by the same party."""
    if by.for_party is None:
        raise Forbidden(deed="intake.apply")
    known = Draft.objects.filter(party_id=by.for_party, impl_code=item.impl_code, expires_at__gt=clock.now()).first()
    if known:
        return known
    draft = Draft(
        party_id=by.for_party, agent_id=by.party if by.acts_for else None, version=item.version_id, impl_code=item.impl_code,
        item_name=item.name, updated_at=clock.now(), expires_at=clock.now() + KEPT,
    )  # fmt: skip
    draft.sealed = seal_json(by.for_party, asdict(Content()), about=ABOUT)
    draft.save(force_insert=True)
    record(by, DraftBegun(item.impl_code, str(item.version_id)), about=draft.id, kind="draft")
    return draft


def draft_for(actor: Actor, draft_id: UUID) -> Draft:
    """The actor's own draft; NotHere for another's."""
    draft = Draft.objects.filter(id=draft_id, party_id=actor.for_party).first() if actor.for_party else None
    if draft is None:
        raise NotHere("intake.draft", id=draft_id)
    return draft


def content_of(draft: Draft) -> Content:
    return Content(**unseal_json(draft.party_id, bytes(draft.sealed), about=ABOUT))


@action("intake.save_draft")
def save_draft(draft_id: UUID, content: Content, step: str, *, by: Actor) -> Draft:
    """Keep what has been filled in so far."""
    draft = draft_for(by, draft_id)
    draft.sealed, draft.step, draft.updated_at = seal_json(draft.party_id, asdict(content), about=ABOUT), step, clock.now()
    draft.save(update_fields=["sealed", "step", "updated_at"])
    record(by, DraftSaved(step), about=draft.id, kind="draft")
    return draft


@action("intake.submit_draft")
def submit_draft(draft_id: UUID, *, again: bool = False, channel: str = "2", by: Actor) -> Applied:
    """Hand the draft in; the case and the draft's end are one transaction, so a second click finds no draft."""
    draft = Draft.objects.select_for_update().filter(id=draft_for(by, draft_id).id).first()
    if draft is None:
        raise NotHere("intake.draft", id=draft_id)
    content = content_of(draft)
    materials = tuple(
        Given(m["key"], m.get("method", "upload"), tuple(tuple(f) for f in m.get("files", ())), m.get("originals", 0), m.get("copies", 0))
        for m in content.materials
    )
    application = Application(
        draft.version, draft.party_id, content.answers, content.situation, materials, channel, draft.agent_id, again=again
    )
    applied = apply(application, by=by)
    draft.delete()
    record(by, DraftDropped(), about=draft_id, kind="draft")
    return applied


@action("intake.drop_draft")
def drop_draft(draft_id: UUID, *, by: Actor) -> None:
    """Throw a draft away."""
    draft_for(by, draft_id).delete()
    record(by, DraftDropped(), about=draft_id, kind="draft")
