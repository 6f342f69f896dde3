"""Seals for a demonstration: through the same verbs as any other, by three hands."""

from uuid import UUID

from kapok.kernel.common.actors import By
from kapok.kernel.files.public import store
from kapok.kernel.orgs.public import org as org_by_id
from kapok.support.seals import rules
from kapok.support.seals.actions.making import make_seal_of
from kapok.support.seals.actions.people import authorise_user, bind_seal
from kapok.support.seals.actions.steps import apply_for_seal, do_step, enable_seal
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import Seal
from kapok.support.seals.queries.seals import seal_facts

BINDINGS = (("licence", "*"), ("document", "*"))


def seed_seal(
    org: int,
    kind: str = "agency",
    name: str = "",
    *,
    holder: str = "",
    by: tuple[By, By, By],
    bind: tuple[tuple[str, str], ...] = BINDINGS,
    users: tuple[UUID, ...] = (),
) -> SealFacts:
    """See that an agency has a seal of a kind in use: applied for, approved and made by three different hands; the one it has, else.

    `bind`: what systems use it for by themselves; `users`: accounts that may use it.
    """
    applicant, approver, maker = by
    office = org_by_id(org)
    seal = Seal.objects.filter(org=org, kind=kind, holder=holder, state=rules.IN_USE).first()
    if seal is None:
        suffix = "" if kind == "agency" else rules.kinds()[kind].name
        file = store(f"{office.name}申请制作电子印章。".encode(), name="制章申请.txt", media_type="text/plain", subject=None, by=applicant)
        seal = apply_for_seal(org, kind, name or f"{office.name}{suffix}"[:40], holder=holder, reason="首次制章", file=file, by=applicant)
        do_step(seal.id, "approve", reason="材料齐全，同意制作", by=approver)
        make_seal_of(seal.id, reason="按批准的印模制作", by=maker)
        enable_seal(seal.id, reason="保管人已确认印模", by=approver)
    for about_kind, purpose in bind:
        bind_seal(seal.id, about_kind, purpose, by=approver)
    known = {user.account for user in seal.users.filter(ended_at=None)}
    for account in users:
        if account not in known:
            authorise_user(seal.id, account, reason="岗位职责", by=approver)
    facts = seal_facts(seal.id)
    assert facts is not None
    return facts
