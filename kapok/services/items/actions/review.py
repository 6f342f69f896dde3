"""Review: hand a version in, decide a step, take it back."""

from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault
from kapok.kernel.flows.public import PASS, RunState, decide, start, withdraw
from kapok.kernel.journal.public import action, record
from kapok.services.items.access import version_for, version_to_review
from kapok.services.items.errors import NotReady
from kapok.services.items.events import VersionReviewed, VersionSubmitted
from kapok.services.items.models import ItemVersion, Score, State
from kapok.services.items.queries.chain import CHAIN, seats_of
from kapok.services.items.queries.resolving import compile_version, layers_of
from kapok.services.items.rules import life
from kapok.services.items.rules.judging import judge
from kapok.services.items.rules.quality import Report, pack_on


@action("items.submit")
def submit(version_id: UUID, *, by: Actor) -> ItemVersion:
    """Hand a draft in for review. Errors of the quality pack stand against it (NotReady, every one named)."""
    version = version_for(by, version_id, "items.edit", lock=True)
    life.may_submit(version.state).or_raise()
    layers = layers_of(version.item.base_id, version.item.region_id)
    report = judge(compile_version(version, layers), pack_on(clock.today()))
    keep_score(version, report)
    refuse_errors(report)
    barred = {*version.editors, *([by.account] if by.account else [])}
    run = start(CHAIN.key, version.id, "items.version", seats_of(version, layers), barred=sorted(barred), by=by)
    version.state, version.run = State.IN_REVIEW, run.id
    version.save(update_fields=["state", "run"])
    record(by, VersionSubmitted(version.item.impl_code, version.number), about=version.id, kind="items.version")
    return version


def refuse_errors(report: Report) -> None:
    """NotReady with every error as a fault at its element."""
    if report.errors:
        faults = [FieldFault(f.field, f"items.quality.{f.rule}", f"{f.rule} {f.title}：{f.found}") for f in report.errors]
        raise NotReady(faults, count=len(faults))


def keep_score(version: ItemVersion, report: Report) -> Score:
    """The score of a version under a pack; judging again replaces it."""
    findings = [[f.rule, f.severity, f.field, f.title, f.found] for f in report.findings]
    score, _made = Score.objects.update_or_create(
        version=version, pack=report.pack, defaults={"score": report.score, "findings": findings, "at": clock.now()}
    )
    return score


@action("items.review")
def review(version_id: UUID, outcome: str, opinion: str = "", *, for_account: UUID | None = None, by: Actor) -> ItemVersion:
    """Decide the open step (`flows.PASS` or `flows.RETURN`, the latter with the reason); four eyes as `kernel.flows` judges."""
    version = version_to_review(by, version_id, lock=True)
    life.may_review(version.state).or_raise()
    assert version.run is not None
    run = decide(version.run, outcome, opinion, for_account=for_account, by=by)
    if run.state == RunState.RETURNED:
        version.state = State.RETURNED
    elif run.state == RunState.APPROVED:
        version.state = State.REVIEWED
    version.save(update_fields=["state"])
    told = "returned" if outcome != PASS else "approved" if run.state == RunState.APPROVED else "passed"
    step = run.seats[run.step][0]
    record(by, VersionReviewed(version.item.impl_code, version.number, step, told), about=version.id, kind="items.version")
    return version


@action("items.withdraw")
def take_back(version_id: UUID, *, by: Actor) -> ItemVersion:
    """The editor takes a version back out of review, or a reviewed one back for another change."""
    version = version_for(by, version_id, "items.edit", lock=True)
    if version.state == State.REVIEWED:
        version.state = State.DRAFT
    else:
        life.may_review(version.state).or_raise()
        assert version.run is not None
        withdraw(version.run, by=by)
        version.state = State.DRAFT
    version.save(update_fields=["state"])
    record(by, VersionReviewed(version.item.impl_code, version.number, "", "withdrawn"), about=version.id, kind="items.version")
    return version
