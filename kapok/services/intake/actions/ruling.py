"""What a new version of an item does to drafts and cases: counted before it is published, carried out with it (08.09, 08.20)."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common import clock
from kapok.kernel.common.verdicts import refuse
from kapok.services.intake.actions.drafts import rulings_of
from kapok.services.intake.models import Case, Draft, DraftRuling
from kapok.services.intake.rules.drafting import CURRENT, standing
from kapok.services.items.public import BLOCK, FORWARD, KEEP, OLD_UNTIL, STOP, ImpactSource, Policy, Touched


def count_drafts(change: Touched) -> int:
    """Drafts that will stand, on the day, on the version which ends: also older ones that are on their way to it."""
    rows = Draft.objects.filter(impl_code=change.impl_code, expires_at__gt=clock.now())
    rulings = rulings_of(change.impl_code)
    counted = rows.values_list("version").annotate(drafts=Count("id"))
    stands = {version: standing(version, change.from_version, rulings, change.effective_on) for version, _drafts in counted}
    return sum(drafts for version, drafts in counted if stands[version].kind == CURRENT)


def rule_drafts(change: Touched, policy: Policy) -> int:
    """Write down what becomes of them from the day on: each draft follows when it is next opened, also those begun till then."""
    if change.to_version is None and policy.policy == FORWARD:
        refuse("intake.nothing_to_forward_to", status=422).or_raise()
    if change.from_version is None:
        return 0
    DraftRuling.objects.update_or_create(
        from_version=change.from_version,
        defaults={
            "impl_code": change.impl_code, "to_version": change.to_version, "effective_on": change.effective_on,
            "policy": policy.policy, "until": policy.until,
        },
    )  # fmt: skip
    return count_drafts(change)


def count_cases(change: Touched) -> int:
    """Open cases of the version which ends; they keep it."""
    return Case.objects.filter(version=change.from_version, open=True).count() if change.from_version else 0


SOURCES = (
    ImpactSource("intake.drafts", _("未提交的草稿"), (OLD_UNTIL, FORWARD, STOP, BLOCK), count_drafts, rule_drafts),
    ImpactSource("intake.cases", _("在办件"), (KEEP,), count_cases),
)
