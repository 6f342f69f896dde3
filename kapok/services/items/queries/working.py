"""Lists of the workbench: items within an actor's reach by where their version stands, and what waits for review."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kapok.kernel.access.public import Actor
from kapok.kernel.flows.public import Run, step_of, waiting_for
from kapok.kernel.search.public import terms
from kapok.services.items.access import visible_items
from kapok.services.items.models import OPEN, FieldComment, Item, ItemVersion, State
from kapok.services.items.queries.chain import CHAIN

ALL, IN_FORCE, NONE = "all", "in_force", "none"


def worked_on(actor: Actor, *, state: str = ALL, text: str = "", type_code: str = "") -> QuerySet[Item]:
    """Items within reach, each with its open version (`open_id`, `open_state`, `open_number`) and the one in force (`law_number`)."""
    opened = ItemVersion.objects.filter(item=OuterRef("pk"), state__in=OPEN)
    law = ItemVersion.objects.filter(id=OuterRef("entry__version_id"))
    rows = visible_items(actor).select_related("entry").annotate(
        open_id=Subquery(opened.values("id")[:1]),
        open_state=Subquery(opened.values("state")[:1]),
        open_number=Subquery(opened.values("number")[:1]),
        law_number=Subquery(law.values("number")[:1]),
    )  # fmt: skip
    if state in State.values:
        rows = rows.filter(open_state=state)
    elif state == IN_FORCE:
        rows = rows.filter(entry__isnull=False)
    elif state == NONE:
        rows = rows.filter(entry__isnull=True, open_id__isnull=True)
    if type_code:
        rows = rows.filter(base__type_code=type_code)
    if text := text.strip()[:100]:
        looked_for = terms(text)
        rows = rows.filter(Q(entry__terms__contains=looked_for) | Q(name__icontains=text) | Q(impl_code__startswith=text.upper()))
    return rows


@dataclass(frozen=True)
class Waiting:
    """A version that waits for this actor's decision."""

    run: Run
    version: ItemVersion
    step: Any


def to_review(actor: Actor, runs: list[Run]) -> list[Waiting]:
    """The versions behind some runs, in one statement."""
    rows = ItemVersion.objects.filter(id__in=[r.about for r in runs]).select_related("item__base", "item__org").defer("compiled")
    versions = {v.id: v for v in rows}
    return [Waiting(run, versions[run.about], step_of(run).title) for run in runs if run.about in versions]


def review_queue(actor: Actor) -> QuerySet[Run]:
    """Runs whose open step this actor could decide."""
    return waiting_for(actor, CHAIN.key)


def comments_of(version: ItemVersion) -> list[FieldComment]:
    """Remarks on a version, oldest first."""
    return list(FieldComment.objects.filter(version=version).order_by("at", "id"))
