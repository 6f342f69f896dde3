"""What a holder gives others to use a licence by: a short code, an authorisation for one item; and keys to look once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid, NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import blind_index
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs.public import NoSuchOrg
from kapok.kernel.orgs.public import org as org_of
from kapok.support.licences.events import CodeShown, ConsentGiven, ConsentWithdrawn, UseRightGiven, ViewSpent
from kapok.support.licences.models import Consent, Use, UseCode, UseRight, ViewToken
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.using import account_of, own_consents, own_licence, party_of
from kapok.support.licences.queries.using_desks import item_facts
from kapok.support.licences.rules import using as rules


@dataclass(frozen=True)
class GivenCode:
    """A code as its holder reads it out; only its digest is kept."""

    code: str
    ends_at: datetime


@action("licences.give_code")
def give_code(licence_id: UUID, *, item_code: str = "", by: Actor) -> GivenCode:
    """Make a short code for one use (用证码); earlier ones of the licence that were not used stop working."""
    row = own_licence(by, licence_id)
    facts = facts_of_licence(row)
    rules.may_be_shown(facts.usable, row.state, facts.expired).or_raise()
    code = "".join(secrets.choice(rules.CODE_LETTERS) for _n in range(rules.CODE_LENGTH))
    now = clock.wall()
    UseCode.objects.filter(licence=row.id, holder=party_of(by), used_at=None, ends_at__gt=now).update(ends_at=now)
    made = UseCode.objects.create(
        licence_id=row.id, holder=party_of(by), account=account_of(by), digest=blind_index("licences.code", code),
        item_code=item_code.strip()[:64],
        made_at=now, ends_at=now + timedelta(minutes=rules.terms()["code"]["minutes"]),
    )  # fmt: skip
    record(by, CodeShown(str(made.id), "use"), about=row.id, kind="licence")
    return GivenCode(f"{code[:4]}-{code[4:]}", made.ends_at)


@dataclass(frozen=True)
class Allowed:
    """What an authorisation says (委托授权): to which agency, for which item, case and purpose, until when, how often."""

    org: int | None
    item_code: str
    purpose: str
    until: datetime | None
    case_number: str = ""
    most: int = 1


@action("licences.consent")
def consent(licence_id: UUID, allowed: Allowed, *, by: Actor) -> Consent:
    """Allow an agency to use an own licence for one item; Invalid names each field."""
    row = own_licence(by, licence_id)
    facts = facts_of_licence(row)
    rules.may_be_shown(facts.usable, row.state, facts.expired).or_raise()
    org, until = _check(allowed)
    item = item_facts(allowed.item_code.strip())
    made = Consent.objects.create(
        licence_id=row.id, holder=party_of(by), account=account_of(by), org_id=org, item_code=allowed.item_code.strip(),
        item_name=item.name if item else "", case_number=allowed.case_number.strip()[:64], purpose=allowed.purpose.strip(),
        made_at=clock.now(), until=until, most=allowed.most,
    )  # fmt: skip
    record(by, ConsentGiven(str(made.id), made.org_id, made.item_code, made.until.isoformat()), about=row.id, kind="licence")
    return made


def _check(allowed: Allowed) -> tuple[int, datetime]:
    """The agency and the last moment, or Invalid with every field that is wrong."""
    terms, faults = rules.terms()["consent"], []
    if allowed.org is None or not _stands(allowed.org):
        faults.append(FieldFault("org", "licences.org", _("请选择被授权的单位。")))
    if not 1 <= len(allowed.item_code.strip()) <= 64:
        faults.append(FieldFault("item_code", "licences.item", _("请填写要办理的事项编码。")))
    if not 2 <= len(allowed.purpose.strip()) <= 200:
        faults.append(FieldFault("purpose", "licences.purpose", _("请写明用途（2 至 200 字）。")))
    now = clock.now()
    if allowed.until is None or not now < allowed.until <= now + timedelta(days=terms["most_days"]):
        faults.append(FieldFault("until", "licences.until", _("请填写将来的日期，最长 %s 天。") % terms["most_days"]))
    if not 1 <= allowed.most <= terms["most_uses"]:
        faults.append(FieldFault("most", "licences.most", _("请填写 1 至 %s 次。") % terms["most_uses"]))
    if faults or allowed.org is None or allowed.until is None:
        raise Invalid(faults)
    return allowed.org, allowed.until


def _stands(org: int) -> bool:
    try:
        return org_of(org).dissolved_on is None
    except NoSuchOrg:
        return False


@action("licences.withdraw_consent")
def withdraw_consent(consent_id: UUID, *, by: Actor) -> None:
    """Take an authorisation back, from now on."""
    row = own_consents(by).filter(id=consent_id).first()
    if row is None:
        raise NotHere("licences.consent", id=consent_id)
    if Consent.objects.filter(id=row.id, withdrawn_at=None).update(withdrawn_at=clock.now()):
        record(by, ConsentWithdrawn(str(row.id)), about=row.licence_id, kind="licence")


@action("licences.spend_view")
def spend_view(token: str, *, by: By) -> Use:
    """Look once: the key is spent, the use it belongs to comes back. Unknown 404, spent 409, over 410."""
    row = ViewToken.objects.select_for_update().filter(digest=blind_index("licences.view", token)).first() if len(token) <= 64 else None
    if row is None:
        raise Refused("licences.code_unknown", 404)
    rules.code_lives(row.ends_at, row.spent_at, wall=clock.wall()).or_raise()
    ViewToken.objects.filter(id=row.id).update(spent_at=clock.wall())
    use = Use.objects.select_related("licence").get(id=row.use_id)
    record(by, ViewSpent(str(use.id)), about=use.licence_id, kind="licence")
    return use


@action("licences.register_system")
def register_system(
    account: UUID, item_code: str, *, item_name: str = "", scope: int = 0, ends: datetime | None = None, reason: str, by: By
) -> UseRight:
    """Register a connected system for an item (接入登记): from now on it uses licences for its registered items and no other.

    Within the registrar's places: the item's; of an item that is not kept here, `scope` (0: the whole node).
    """
    item = item_facts(item_code.strip()) or rules.ItemFacts(item_code.strip(), item_name, 0, scope)
    if not by.may("licences.connect", item):
        raise Forbidden(deed="licences.connect")
    if not item_code.strip() or len(reason.strip()) < 2:
        raise Invalid([FieldFault("item_code", "licences.item", _("请填写事项编码和登记理由。"))])
    right = UseRight.objects.create(
        id=uuid7(), account=account, item_code=item_code.strip()[:64], item_name=item_name[:200], scope=scope, starts=clock.now(),
        ends=ends, reason=reason.strip()[:200], given_by=by.ref.account,
    )  # fmt: skip
    record(by, UseRightGiven(str(right.id), str(account), right.item_code), about=right.id, kind="use_right")
    return right
