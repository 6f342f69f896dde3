"""A decision that grants what a licence stands for: the licence exists in the deciding transaction (15.02), sealed soon after."""

from typing import Any

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.crypto.public import SubjectForgotten, take_key, unseal_json
from kapok.services.intake.access import Locked
from kapok.services.intake.data import Transition
from kapok.services.intake.models import Dossier
from kapok.support.licences.public import Issued, issue_for_case, type_for

GRANTED = "granted"


def grant(case: Locked, done: Transition, number: str, by: Actor) -> Issued | None:
    """Issue the licence the item's result is, by the verb of the licences; None where it has none.

    Called once the case is written as decided, in the same transaction: what forbids the licence (a character no font has, a number
    taken) undoes the decision too, with its reason. Nothing is rendered here. An applicant whose key was destroyed gets none: nothing
    more can be sealed for him, and the case may still end.
    """
    if done.act != "decide" or done.outcome != GRANTED:
        return None
    item = case.item
    kind = type_for(item.base_code, item.impl_code)
    if kind is None:
        return None
    try:
        answers = _answers(case)
    except SubjectForgotten:
        return None
    return issue_for_case(
        kind, case=case.id, case_number=number, item_code=item.impl_code, item_name=item.name, holder=case.applicant, org=item.org_id,
        region=item.region, scope=case.scope, answers=answers, situation=case.situation, valid_from=clock.today(),
        result=str(done.data.get("result") or item.result_name), by=by,
    )  # fmt: skip


def _answers(case: Locked) -> dict[str, Any]:
    """What the applicant said in the form; the key came with the case's own statement."""
    take_key(case.applicant, case.applicant_key)
    sealed = Dossier.objects.filter(case_id=case.id).values_list("sealed", flat=True).get()
    body: dict[str, Any] = unseal_json(case.applicant, bytes(sealed), about="intake.dossier")
    return dict(body["answers"])
