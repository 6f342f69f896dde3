"""Who may decide a step. Pure."""

from datetime import datetime

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.kernel.flows.data import OUTCOMES, RETURN, Facts


def may_decide(facts: Facts, outcome: str, opinion: str, *, now: datetime) -> Verdict:
    """Codes: flows.not_open, no_deputy, not_yours, wrote_it, principal_wrote_it, decided_before, outcome, no_opinion, opinion_long."""
    if facts.state != "open":
        return refuse("flows.not_open")
    if facts.for_account is not None and not _deputises(facts, now):
        return refuse("flows.no_deputy", status=403)
    if not facts.reaches:
        return refuse("flows.not_yours", status=403)
    if facts.four_eyes and not (verdict := _four_eyes(facts)):
        return verdict
    if outcome not in OUTCOMES:
        return refuse("flows.outcome", status=422, outcome=outcome)
    if outcome == RETURN and not opinion.strip():
        return refuse("flows.no_opinion", status=422)
    if len(opinion) > 2000:
        return refuse("flows.opinion_long", status=422)
    return allow()


def _deputises(facts: Facts, now: datetime) -> bool:
    return facts.deputy_from is not None and facts.deputy_to is not None and facts.deputy_from <= now < facts.deputy_to


def _four_eyes(facts: Facts) -> Verdict:
    """A deputy brings neither his principal's nor his own second vote."""
    if facts.account in facts.barred:
        return refuse("flows.wrote_it", status=403)
    if facts.for_account in facts.barred:
        return refuse("flows.principal_wrote_it", status=403)
    if {facts.account, facts.for_account} & facts.decided - {None}:
        return refuse("flows.decided_before", status=403)
    return allow()
