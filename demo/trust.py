"""What the demonstration's licences stand on: their types, and a seal for every agency that issues papers."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction

from demo.cast import DATA
from kapok.kernel.access.public import scope_of, system_actor
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.orgs.public import org_by_key
from kapok.kernel.parties.public import Party
from kapok.services.intake.models import Dossier
from kapok.services.intake.public import Case
from kapok.services.items.public import CompiledItem
from kapok.support.licences.public import (
    TypeFacts,
    drain,
    held_by,
    import_type,
    issue_directly,
    issue_for_case,
    type_for,
)
from kapok.support.seals.public import seed_seal

EDITOR, REVIEWER = system_actor("证照类型编制"), system_actor("证照类型审核")
BEFORE = timedelta(days=400)
"""Types and seals are older than the history, so that its cases could have ended in sealed licences."""
COMPANY = "000731061000"
"""公司设立登记, whose result the companies hold."""
HANDS = (system_actor("制章申请"), system_actor("制章审批"), system_actor("制章"))


def publish_types() -> int:
    """The licence types the node does not have published as their files say; how many came."""
    with clock.frozen(clock.now() - BEFORE):
        return _publish()


def _publish() -> int:
    texts = [path.read_text("utf-8") for path in sorted((DATA / "licences").glob("*.toml"))]
    return sum(import_type(text, editor=EDITOR, reviewer=REVIEWER) is not None for text in texts)


def license_companies(companies: Mapping[str, Party], said: Mapping[str, Any]) -> int:
    """See that the demonstration's companies hold their 营业执照, so that nobody has to upload it; how many came."""
    kind = type_for(COMPANY, "")
    assert kind is not None
    held = {key: held_by(party.id, [kind.code]) for key, party in companies.items()}
    owners = {row["key"]: row for row in said["citizen"]}
    rows = {row["key"]: row for row in said["company"]}
    with clock.frozen(clock.now() - BEFORE):
        for key in [key for key, licences in held.items() if not licences]:
            row = rows[key]
            owner = owners[row["representative"]]
            _license(kind, companies[key], row, owner)
        drain()
    return sum(not licences for licences in held.values())


def _license(kind: TypeFacts, company: Party, row: Mapping[str, Any], owner: Mapping[str, Any]) -> None:
    office = org_by_key(row["registered_by"])
    answers = {
        "company_name": row["name"], "representative": owner["name"], "address": owner["address"], "capital": row["capital"],
        "scope": row["business"],
    }  # fmt: skip
    issue_directly(
        kind, holder=company.id, org=office.id, region=office.region_id, scope=scope_of(office.id, office.region_id), answers=answers,
        valid_from=clock.today(), number=row["uscc"], reason="登记机关补录", by=EDITOR,
    )  # fmt: skip


def seal_agencies(items: Iterable[CompiledItem]) -> int:
    """See that every agency with items has its seal, made by three hands and used by its staff; how many seals there are."""
    agencies = sorted({item.org_id for item in items})
    with clock.frozen(clock.now() - BEFORE):
        for org in agencies:
            staff = Account.objects.filter(kind=Account.STAFF, org=org, is_active=True).values_list("id", flat=True)
            seed_seal(org, by=HANDS, users=tuple(staff))
    return len(agencies)


def license_history(items: Iterable[CompiledItem], most: int) -> int:
    """The licences that the newest granted cases of the history ended in, each issued and sealed at the moment of its decision."""
    kinds = {item.impl_code: (item, kind) for item in items if (kind := type_for(item.base_code, item.impl_code)) is not None}
    cases = Case.objects.filter(outcome="granted", impl_code__in=kinds, closed_at__isnull=False).order_by("-closed_at")[:most]
    done = 0
    for case in sorted(cases, key=lambda each: each.id):
        item, kind = kinds[case.impl_code]
        assert case.closed_at is not None
        with clock.frozen(case.closed_at), suppress(KapokError):
            with transaction.atomic():
                _issue(case, item, kind)
            done += drain()
    return done


def _issue(case: Case, item: CompiledItem, kind: TypeFacts) -> None:
    dossier = Dossier.objects.get(case=case)
    answers = unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier")["answers"]
    issue_for_case(
        kind, case=case.id, case_number=case.number or case.serial, item_code=item.impl_code, item_name=item.name, holder=case.applicant_id,
        org=case.org_id, region=case.region, scope=case.scope, answers=answers, situation=case.situation, valid_from=clock.today(),
        result=item.result_name, by=EDITOR,
    )  # fmt: skip
