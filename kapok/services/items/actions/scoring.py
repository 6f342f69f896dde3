"""Judging what is in force by today's rule pack: packs come and go, versions stay."""

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.public import region_uuid
from kapok.services.items.access import require_at_home
from kapok.services.items.events import CatalogueJudged
from kapok.services.items.models import PROVINCE, Score, Validity
from kapok.services.items.queries.reading import compiled
from kapok.services.items.rules.judging import judge
from kapok.services.items.rules.quality import pack_on

BATCH = 1000


@action("items.judge_all")
def judge_all(*, by: Actor) -> tuple[int, int]:
    """Score every version in force; returns how many, and how many have errors. Set-based: a statement for each thousand."""
    require_at_home(by, "items.base", PROVINCE)
    pack = pack_on(clock.today())
    ids = list(Validity.objects.filter(period__contains=clock.today()).order_by("version").values_list("version_id", flat=True))
    wrong = 0
    for start in range(0, len(ids), BATCH):
        scores = []
        for version_id in ids[start : start + BATCH]:
            report = judge(compiled(version_id), pack)
            wrong += bool(report.errors)
            findings = [[f.rule, f.severity, f.field, f.title, f.found] for f in report.findings]
            scores.append(Score(version_id=version_id, pack=pack.version, score=report.score, findings=findings, at=clock.now()))
        Score.objects.bulk_create(
            scores, update_conflicts=True, unique_fields=["version", "pack"], update_fields=["score", "findings", "at"]
        )
    record(by, CatalogueJudged(pack.version, len(ids), wrong), about=region_uuid(PROVINCE), kind="items.catalogue")
    return len(ids), wrong
