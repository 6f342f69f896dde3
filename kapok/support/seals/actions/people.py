"""Who may use a seal, and for what systems use it by themselves (用章授权)."""

from datetime import date
from uuid import UUID

from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import Invalid, NotHere, Refused
from kapok.kernel.journal.public import action, record
from kapok.support.seals import rules
from kapok.support.seals.access import seal_for
from kapok.support.seals.actions.steps import check_reason, fault
from kapok.support.seals.events import AuthorisationEnded, SealAuthorised, SealBound
from kapok.support.seals.models import SealBinding, SealUser

PER_DAY = (1, 10_000)


@action("seals.authorise")
def authorise_user(
    seal_id: UUID, account: UUID, *, keeper: bool = False, per_day: int = 0, until: date | None = None, reason: str, by: By
) -> SealUser:  # fmt: skip
    """Let a member of the unit's own staff use its seal, up to so many times a day; a keeper looks after it besides.

    Nobody authorises himself.
    """
    seal = seal_for(by, seal_id, "seals.keep", lock=True)
    check_reason(reason)
    who = Account.objects.filter(id=account, kind=Account.STAFF, is_active=True, org=seal.org_id).first()
    limit = per_day or rules.number("per_day")
    faults = [] if who else [fault("account", "seals.account_unknown")]
    if not PER_DAY[0] <= limit <= PER_DAY[1]:
        faults.append(fault("per_day", "seals.per_day"))
    if until is not None and until <= clock.today():
        faults.append(fault("until", "seals.ends"))
    if faults or who is None:
        raise Invalid(faults)
    if by.ref.account == account:
        raise Refused("seals.own_authorisation", 403)
    if SealUser.objects.filter(seal=seal, account=account, ended_at=None).exists():
        raise Refused("seals.already_authorised")
    user = SealUser.objects.create(
        seal=seal, account=account, label=who.name, keeper=keeper, per_day=limit, starts=clock.now(),
        ends=clock.end_of(until) if until else None, given_by=by.ref.account, reason=reason.strip(),
    )  # fmt: skip
    record(by, SealAuthorised(seal.es_id, str(account), keeper, limit), about=seal.id, kind="seal")
    return user


@action("seals.end_authorisation")
def end_authorisation(user_id: UUID, *, reason: str, by: By) -> None:
    """Take an authorisation back, from this moment."""
    user = SealUser.objects.select_for_update().filter(id=user_id, ended_at=None).first()
    if user is None:
        raise NotHere("seals.user", id=user_id)
    seal = seal_for(by, user.seal_id, "seals.keep")
    check_reason(reason)
    user.ended_at = clock.now()
    user.save(update_fields=["ended_at"])
    record(by, AuthorisationEnded(seal.es_id, str(user.account), reason.strip()), about=seal.id, kind="seal")


@action("seals.bind")
def bind_seal(seal_id: UUID, about_kind: str, purpose: str = "*", *, by: By) -> None:
    """Let systems use a seal by themselves for a kind of thing, and within it a purpose or any; done again, nothing changes."""
    seal = seal_for(by, seal_id, "seals.keep", lock=True)
    if not SealBinding.objects.filter(seal=seal, about_kind=about_kind, purpose=purpose, ended_at=None).exists():
        SealBinding.objects.create(seal=seal, about_kind=about_kind[:40], purpose=purpose[:60], since=clock.now())
        record(by, SealBound(seal.es_id, about_kind, purpose, bound=True), about=seal.id, kind="seal")


@action("seals.unbind")
def unbind_seal(seal_id: UUID, about_kind: str, purpose: str = "*", *, by: By) -> None:
    """Systems no longer use the seal for it."""
    seal = seal_for(by, seal_id, "seals.keep", lock=True)
    rows = SealBinding.objects.filter(seal=seal, about_kind=about_kind, purpose=purpose, ended_at=None)
    if rows.update(ended_at=clock.now()):
        record(by, SealBound(seal.es_id, about_kind, purpose, bound=False), about=seal.id, kind="seal")
