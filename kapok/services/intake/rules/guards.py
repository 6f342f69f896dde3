"""Conditions of single lines of the table that need more than the state: what the item allows, and what has gone before."""

from collections.abc import Callable

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.services.intake.data import CaseFacts, Doer, Settings

Guard = Callable[[CaseFacts, Doer | None, Settings], Verdict]

EXTENSION, OTHER_SPECIAL = 1, 2
"""GB/T 39046 A.7: 1 延长审批, 2 除延长审批之外."""

BEFORE_EXAMINATION = frozenset({"apply", "preaccept", "accept"})


def step_index(facts: CaseFacts) -> int:
    """Where the case stands among the item's 环节; the first before any is named."""
    keys = [step.key for step in facts.item.steps]
    return keys.index(facts.step) if facts.step in keys else 0


def step_after(facts: CaseFacts, move: str) -> str:
    """The 环节 an act leads to; passing the last one stays there until the decision."""
    steps = facts.item.steps
    if not steps:
        return ""
    if move == "first":
        return steps[0].key
    at = step_index(facts)
    if move == "next":
        at = min(at + 1, len(steps) - 1)
    elif move == "previous":
        at = max(at - 1, 0)
    elif not facts.step:
        return ""
    return steps[at].key


def extension_limit(facts: CaseFacts, settings: Settings) -> int:
    """The most days 延长审批 may add: the item's number, or the usual one where the item names none; 0 when not offered."""
    offered = [special for special in facts.item.special if special.kind == EXTENSION]
    if not offered:
        return 0
    return max(settings.extension_days if special.days is None else special.days for special in offered)


def special_names(facts: CaseFacts) -> tuple[str, ...]:
    """The pausing procedures the item offers (听证, 检验, 检测, 鉴定, 专家评审 …)."""
    return tuple(special.name for special in facts.item.special if special.kind == OTHER_SPECIAL)


def uncorrected_closes(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    """Only where it is configured does a missed answer end the case; the default is a reminder."""
    if settings.uncorrected_closes and settings.correction is not None:
        return allow()
    return refuse("act.not_automatic")


def correction_in_examination(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    return allow() if facts.item.correction_in_examination else refuse("act.correction_not_in_examination")


def not_paused(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    """Pauses do not overlap: payment or delivery may be holding the clock already."""
    return refuse("act.already_paused") if facts.paused else allow()


def not_extended(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    return refuse("act.already_extended") if facts.extended else allow()


def extension_offered(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    return allow() if extension_limit(facts, settings) > 0 else refuse("act.special_not_offered", offered=list(special_names(facts)))


def special_offered(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    return allow() if special_names(facts) else refuse("act.special_not_offered", offered=[])


def previous_step(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    return allow() if step_index(facts) > 0 else refuse("act.no_previous_step")


def last_step(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    """The decision belongs to the last 环节."""
    steps = facts.item.steps
    if not steps or step_index(facts) == len(steps) - 1:
        return allow()
    return refuse("act.not_last_step", step=steps[step_index(facts)].name, last=steps[-1].name)


def four_eyes(facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    """Where a 环节 asks for four eyes, whoever filed, took in or examined the case at another 环节 may not pass it,
    nor may anybody standing in for him."""
    steps = facts.item.steps
    if doer is None or not steps or not doer.account:
        return allow()
    step = steps[step_index(facts)]
    if not step.four_eyes:
        return allow()
    for hand in facts.hands:
        if hand.account in (doer.account, *doer.stands_for) and (hand.act in BEFORE_EXAMINATION or hand.step != step.key):
            return refuse("act.four_eyes", step=step.name)
    return allow()


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        uncorrected_closes,
        correction_in_examination,
        not_paused,
        not_extended,
        extension_offered,
        special_offered,
        previous_step,
        last_step,
        four_eyes,
    )
}
