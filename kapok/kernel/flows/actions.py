"""Starting, deciding and withdrawing a run; naming deputies."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.common.verdicts import refuse
from kapok.kernel.flows import rules
from kapok.kernel.flows.data import PASS, Facts, Seat
from kapok.kernel.flows.events import DeputyNamed, RunStarted, RunWithdrawn, StepDecided
from kapok.kernel.flows.models import Decision, Deputy, Run, RunState
from kapok.kernel.flows.queries import chains, step_of
from kapok.kernel.journal.public import action, record


@action("flows.start")
def start(chain_key: str, about: UUID, kind: str, seats: Sequence[Seat], *, barred: Iterable[UUID] = (), by: Actor) -> Run:
    """Send a thing into a chain; `barred` are the accounts that must not decide. One open run per thing (flows.already_open)."""
    order = [step.key for step in chains.get(chain_key).steps]
    sitting = sorted(seats, key=lambda seat: order.index(seat.step))
    if not sitting:
        refuse("flows.no_seat").or_raise()
    try:
        with transaction.atomic():
            run = Run.objects.create(
                chain=chain_key, about=about, kind=kind, barred=list(barred), started_at=clock.now(),
                seats=[[seat.step, seat.scope, seat.item] for seat in sitting], scope=sitting[0].scope, item=sitting[0].item,
            )  # fmt: skip
    except IntegrityError:
        refuse("flows.already_open").or_raise()
    record(by, RunStarted(chain_key, tuple(seat.step for seat in sitting)), about=about, kind=kind)
    return run


@action("flows.decide")
def decide(run_id: UUID, outcome: str, opinion: str = "", *, for_account: UUID | None = None, by: Actor) -> Run:
    """Decide the open step: pass it on, or return it with the reason. A deputy names the account he acts for."""
    run = Run.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise NotHere("flows.run", id=run_id)
    rules.may_decide(_facts(run, by, for_account), outcome, opinion, now=clock.now()).or_raise()
    step, ended = run.seat.step, outcome != PASS or run.step + 1 == len(run.seats)
    principal = Account.objects.filter(id=for_account).first() if for_account else None
    Decision.objects.create(
        run=run, step=step, account=by.account, label=by.ref.label, for_account=for_account,
        for_label=principal.name if principal else "", outcome=outcome, opinion=opinion.strip(), at=clock.now(),
    )  # fmt: skip
    if ended:
        run.state, run.ended_at = (RunState.APPROVED if outcome == PASS else RunState.RETURNED), clock.now()
    else:
        run.step += 1
        run.scope, run.item = run.seat.scope, run.seat.item
    run.save(update_fields=["state", "ended_at", "step", "scope", "item"])
    record(by, StepDecided(run.chain, step, outcome, for_account is not None), about=run.about, kind=run.kind)
    return run


def _facts(run: Run, by: Actor, for_account: UUID | None) -> Facts:
    chain = chains.get(run.chain)
    deputy = (
        Deputy.objects.filter(account=for_account, deputy=by.account, ends__gt=clock.now()).order_by("starts").first()
        if for_account
        else None
    )
    acting = actor_of_account(for_account) if for_account else by
    return Facts(
        state=run.state,
        reaches=acting.may(step_of(run).deed, run.seat),
        decided=frozenset(a for d in run.decisions.all() for a in (d.account, d.for_account) if a),
        barred=frozenset(run.barred),
        account=by.account,
        for_account=for_account,
        deputy_from=deputy.starts if deputy else None,
        deputy_to=deputy.ends if deputy else None,
        four_eyes=chain.four_eyes,
    )


@action("flows.withdraw")
def withdraw(run_id: UUID, *, by: Actor) -> None:
    """Take a thing back out of its chain. Whether the caller may is the calling action's question."""
    run = Run.objects.select_for_update().filter(id=run_id, state=RunState.OPEN).first()
    if run is None:
        refuse("flows.not_open").or_raise()
        return
    Run.objects.filter(id=run_id).update(state=RunState.WITHDRAWN, ended_at=clock.now())
    record(by, RunWithdrawn(run.chain), about=run.about, kind=run.kind)


@action("flows.name_deputy")
def name_deputy(deputy: UUID, starts: datetime, ends: datetime, reason: str, *, by: Actor) -> Deputy:
    """Let a colleague decide for you while you are away. A deputy gets the steps, never the grants."""
    if by.account is None:
        raise Forbidden(deed="flows.name_deputy")
    if deputy == by.account:
        refuse("flows.own_deputy", status=422).or_raise()
    if ends <= starts:
        refuse("flows.deputy_dates", status=422).or_raise()
    named = Deputy.objects.create(account_id=by.account, deputy_id=deputy, starts=starts, ends=ends, reason=reason[:200])
    record(by, DeputyNamed(str(deputy), starts.isoformat(), ends.isoformat()), about=named.id, kind="deputy")
    return named
