"""Plays a plan of history again through the real actions, at the times it says."""

from uuid import UUID

from demo.history import CasePlan
from demo.ledger import Cast
from kapok.kernel.access.public import Actor, actor_of_account, clock_actor
from kapok.kernel.common import clock
from kapok.services.intake.public import Application, Given, act, apply, hand_in


def play(plan: CasePlan, cast: Cast) -> UUID:
    """One case by apply, act and hand_in; returns its id."""
    filled = plan.filled
    with clock.frozen(plan.applied_at):
        application = Application(
            version=plan.item.version_id, applicant=cast.applicant(plan)[0], answers=filled.answers, situation=filled.situation,
            materials=_given(filled.materials), channel=plan.channel, again=True,
        )  # fmt: skip
        case = apply(application, by=actor(plan, cast, "clerk" if plan.channel == "1" else "applicant")).case
    for deed in plan.deeds:
        with clock.frozen(deed.at):
            by = actor(plan, cast, deed.who)
            if deed.act == "hand_in":
                hand_in(case, {}, _given(deed.materials), by=by)
            else:
                act(case, deed.act, deed.outcome, cast.said(plan, deed), by=by)
    return case


def actor(plan: CasePlan, cast: Cast, who: str) -> Actor:
    """The real actor behind a part."""
    ref = cast.ref(plan, who)
    if who == "clock":
        return clock_actor()
    if who == "applicant":
        return Actor(ref, None, "申请人", "person", party=ref.party, acts_for=ref.on_behalf_of, trust=2)
    return actor_of_account(ref.account)


def _given(materials: tuple[tuple[str, str, int, int], ...]) -> tuple[Given, ...]:
    return tuple(Given(key, how, (), originals, copies) for key, how, originals, copies in materials)
