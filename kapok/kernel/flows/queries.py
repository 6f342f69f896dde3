"""Reads of runs."""

from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.expressions import RawSQL

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.registry import Registry
from kapok.kernel.flows.data import Chain, Step
from kapok.kernel.flows.models import Decision, Deputy, Run, RunState

chains: Registry[Chain] = Registry("flows")
"""Filled by the apps whose things are approved."""

_CURRENT = RawSQL("seats -> step::int ->> 0", [], output_field=CharField())


def run_of(run_id: UUID) -> Run | None:
    return Run.objects.filter(id=run_id).first()


def open_run(about: UUID) -> Run | None:
    """The run a thing is in, or None."""
    return Run.objects.filter(about=about, state=RunState.OPEN).first()


def step_of(run: Run) -> Step:
    """The open step."""
    return chains.get(run.chain).step(run.seat.step)


def decisions(run_ids: list[UUID]) -> list[Decision]:
    """All decisions of some runs, oldest first."""
    return list(Decision.objects.filter(run__in=run_ids).order_by("at", "id"))


def runs_of(about: UUID) -> list[Run]:
    """Every run of a thing, oldest first, with its decisions."""
    return list(Run.objects.filter(about=about).order_by("started_at", "id").prefetch_related("decisions"))


def waiting_for(actor: Actor, chain_key: str) -> QuerySet[Run]:
    """Open runs whose step this actor could decide by reach (four eyes are judged when it decides), oldest first."""
    rows = Run.objects.filter(chain=chain_key, state=RunState.OPEN)
    if actor.kind in ("system", "clock"):
        return rows.order_by("started_at", "id")
    wanted = Q(pk=None)
    for step in chains.get(chain_key).steps:
        reach = actor.reach(step.deed)
        place = Q(scope__in=reach.scopes) if not reach.everywhere else Q()
        for lane in reach.lanes:
            place |= Q(scope=lane >> 32, item=lane & 0xFFFFFFFF)
        if reach:
            wanted |= Q(current=step.key) & place
    return rows.annotate(current=_CURRENT).filter(wanted).order_by("started_at", "id")


def deputies_of(account: UUID) -> list[Deputy]:
    """Whom an account may act for now."""
    now = clock.now()
    return list(Deputy.objects.filter(deputy=account, starts__lte=now, ends__gt=now).select_related("account").order_by("ends"))
