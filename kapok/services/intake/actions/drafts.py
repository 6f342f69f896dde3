"""Drafts: an application that is not yet handed in, kept on the server for every channel."""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.crypto.public import seal_json, unseal_json
from kapok.kernel.files.public import discard
from kapok.kernel.jobs.public import cancel_timer, set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.reads.public import note_read
from kapok.services.intake.actions.apply import WINDOW, Application, Applied, Given, apply
from kapok.services.intake.actions.receiving import serves
from kapok.services.intake.errors import DraftMoved, DraftStopped
from kapok.services.intake.events import DraftBegun, DraftChangesSeen, DraftDropped, DraftExpired, DraftSaved
from kapok.services.intake.models import Draft, DraftRuling
from kapok.services.intake.queries import require_open
from kapok.services.intake.rules.drafting import MOVED, OLD, STOPPED, DraftChange, Ruling, adapted, differences, standing
from kapok.services.items.public import CompiledItem, compiled, item_in_force

KEPT = timedelta(days=30)
ABOUT = "intake.draft"
EXPIRY = "intake.draft_expiry"


@dataclass
class Content:
    """What a draft holds so far; unfinished and unchecked."""

    situation: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    materials: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class DraftState:
    """How a draft stands: `kind` current, old (until a day), moved (changes to look through) or stopped; and the version it follows."""

    kind: str
    law: CompiledItem
    until: date | None = None
    changes: tuple[DraftChange, ...] = ()


@action("intake.begin_draft")
def begin_draft(item: CompiledItem, *, by: Actor) -> Draft:
    """Begin an application, or go on with the one begun for the same item by the same party."""
    if by.for_party is None:
        raise Forbidden(deed="intake.apply")
    known = Draft.objects.filter(party_id=by.for_party, impl_code=item.impl_code, expires_at__gt=clock.now()).order_by("-updated_at")
    for draft in known:
        if state_of_draft(draft).kind != STOPPED:
            return draft
    draft = Draft(
        party_id=by.for_party, agent_id=by.party if by.acts_for else None, version=item.version_id, impl_code=item.impl_code,
        item_name=item.name, updated_at=clock.now(), expires_at=clock.now() + KEPT, pickup=f"{secrets.randbelow(10**10):010d}",
    )  # fmt: skip
    draft.sealed = seal_json(by.for_party, asdict(Content()), about=ABOUT)
    draft.save(force_insert=True)
    set_timer(EXPIRY, draft.id, draft.expires_at)
    record(by, DraftBegun(item.impl_code, str(item.version_id)), about=draft.id, kind="draft")
    return draft


def draft_for(actor: Actor, draft_id: UUID) -> Draft:
    """The actor's own draft; NotHere for another's."""
    draft = Draft.objects.filter(id=draft_id, expires_at__gt=clock.now()).first()
    if draft is None or draft.party_id != actor.for_party:
        raise NotHere("intake.draft", id=draft_id)
    return draft


def draft_at_window(actor: Actor, pickup: str, *, plain: bool = False) -> Draft:
    """Somebody's draft by the number he shows at a window that serves the item; absent and forbidden look alike.

    The reading is noted; `plain`: with numbers in full, which the note says.
    """
    draft = Draft.objects.filter(pickup=pickup, expires_at__gt=clock.now()).first() if len(pickup) == 10 else None
    if draft is None or not serves(actor, state_of_draft(draft).law):
        raise NotHere("intake.draft")
    purpose = f"在窗口继续办理“{draft.item_name}”的草稿" + ("，查看完整号码" if plain else "")
    note_read(actor, draft.party_id, purpose, draft.id, what="draft")
    return draft


def content_of(draft: Draft) -> Content:
    return Content(**unseal_json(draft.party_id, bytes(draft.sealed), about=ABOUT))


def state_of_draft(draft: Draft, content: Content | None = None) -> DraftState:
    """How a draft stands today; with its content, the changes that the applicant has to look through."""
    in_force = item_in_force(draft.impl_code)
    stands = standing(draft.version, in_force.version_id if in_force else None, _rulings(draft, in_force), clock.today())
    law = in_force if in_force and in_force.version_id == stands.version else compiled(stands.version)
    origin = draft.moved_from or draft.version
    if stands.kind == STOPPED or origin == stands.version:
        return DraftState(stands.kind, law, stands.until)
    said = content or Content()
    changes = differences(compiled(origin), law, said.answers, [m["key"] for m in said.materials])
    return DraftState(MOVED if changes else stands.kind, law, stands.until, changes)


def _rulings(draft: Draft, in_force: CompiledItem | None) -> dict[UUID, Ruling]:
    """The rulings of the draft's item; none are asked for while its version is in force."""
    if in_force and in_force.version_id == draft.version:
        return {}
    return rulings_of(draft.impl_code)


def rulings_of(impl_code: str) -> dict[UUID, Ruling]:
    """What was chosen at each publishing of an item, by the version that ended then."""
    return {row.from_version: Ruling(row.policy, row.until, row.to_version) for row in DraftRuling.objects.filter(impl_code=impl_code)}


@action("intake.save_draft")
def save_draft(draft_id: UUID, content: Content, step: str, *, by: Actor) -> Draft:
    """Keep what has been filled in so far; a draft that is on to a new version is kept for that one, its changes still to be seen."""
    return _save(draft_for(by, draft_id), content, step, by)


@action("intake.save_draft_at_window")
def save_draft_at_window(pickup: str, content: Content, *, by: Actor) -> Draft:
    """The same, by the clerk before whom the applicant stands."""
    return _save(draft_at_window(by, pickup), content, "check", by)


def _save(draft: Draft, content: Content, step: str, by: Actor) -> Draft:
    state = state_of_draft(draft)
    if state.kind == STOPPED:
        raise DraftStopped()
    if state.law.version_id != draft.version:
        draft.moved_from, draft.version, draft.item_name = draft.moved_from or draft.version, state.law.version_id, state.law.name
    draft.sealed, draft.step, draft.updated_at = seal_json(draft.party_id, asdict(content), about=ABOUT), step, clock.now()
    draft.save(update_fields=["sealed", "step", "updated_at", "version", "moved_from", "item_name"])
    record(by, DraftSaved(step), about=draft.id, kind="draft")
    return draft


@action("intake.confirm_changes")
def confirm_changes(draft_id: UUID, version: UUID, *, by: Actor) -> Draft:
    """The applicant has looked through what a new version changes: `version` is the one that was shown."""
    return _confirm(draft_for(by, draft_id), version, by)


@action("intake.confirm_changes_at_window")
def confirm_changes_at_window(pickup: str, version: UUID, *, by: Actor) -> Draft:
    """The same, by the clerk who has gone through them with the applicant."""
    return _confirm(draft_at_window(by, pickup), version, by)


def _confirm(draft: Draft, version: UUID, by: Actor) -> Draft:
    state = state_of_draft(draft)
    if state.kind == STOPPED:
        raise DraftStopped()
    if state.law.version_id != version:
        raise DraftMoved(changes=len(state.changes))
    was, draft.version, draft.moved_from, draft.item_name = draft.moved_from or draft.version, version, None, state.law.name
    draft.save(update_fields=["version", "moved_from", "item_name"])
    record(by, DraftChangesSeen(str(was), str(version), len(state.changes)), about=draft.id, kind="draft")
    return draft


@action("intake.submit_draft")
def submit_draft(draft_id: UUID, *, again: bool = False, channel: str = "2", by: Actor) -> Applied:
    """Hand the draft in; the case and the draft's end are one transaction, so a second click finds no draft."""
    return _submit(draft_for(by, draft_id).id, channel, again, by)


@action("intake.submit_draft_at_window")
def submit_draft_at_window(pickup: str, *, again: bool = False, by: Actor) -> Applied:
    """Hand in at the window what was begun elsewhere."""
    return _submit(draft_at_window(by, pickup).id, WINDOW, again, by)


def _submit(draft_id: UUID, channel: str, again: bool, by: Actor) -> Applied:
    draft = Draft.objects.select_for_update().filter(id=draft_id).first()
    if draft is None:
        raise NotHere("intake.draft", id=draft_id)
    content = content_of(draft)
    state = state_of_draft(draft, content)
    if state.kind == STOPPED:
        raise DraftStopped()
    if state.kind == MOVED:
        raise DraftMoved(changes=len(state.changes))
    require_open(state.law, channel)
    answers, kept = adapted(content.answers, content.materials, state.law)
    materials = tuple(
        Given(
            m["key"],
            m.get("method", "upload"),
            tuple(tuple(f) for f in m.get("files", ())),
            m.get("originals", 0),
            m.get("copies", 0),
            as_uuid(m.get("licence")),
        )
        for m in kept
    )
    application = Application(
        state.law.version_id, draft.party_id, answers, content.situation, materials, channel, draft.agent_id,
        received_by=by.org if channel == WINDOW else None, pinned=state.kind == OLD, again=again,
    )  # fmt: skip
    applied = apply(application, by=by)
    _end(draft)
    record(by, DraftDropped(), about=draft_id, kind="draft")
    return applied


@action("intake.drop_draft")
def drop_draft(draft_id: UUID, *, by: Actor) -> None:
    """Throw a draft away, and what was uploaded for it."""
    draft = draft_for(by, draft_id)
    _discard_files(draft)
    _end(draft)
    record(by, DraftDropped(), about=draft_id, kind="draft")


@action("intake.expire_draft")
def expire_draft(draft_id: UUID, *, by: By) -> None:
    """A draft nobody handed in within its term ends, with what was uploaded for it."""
    draft = Draft.objects.select_for_update().filter(id=draft_id, expires_at__lte=clock.now()).first()
    if draft is None:
        return
    _discard_files(draft)
    _end(draft)
    record(by, DraftExpired(), about=draft_id, kind="draft")


def _end(draft: Draft) -> None:
    cancel_timer(EXPIRY, draft.id)
    draft.delete()


def _discard_files(draft: Draft) -> None:
    for material in content_of(draft).materials:
        for file_id, *_more in material.get("files", ()):
            discard(UUID(file_id))
