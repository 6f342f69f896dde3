"""What the calendar brings: certificates that end soon are told to the keepers; files of answered requests are let go."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.journal.public import action, record
from kapok.kernel.tasks.public import Queue, close_tasks, open_task
from kapok.support.seals import rules
from kapok.support.seals.events import RenewalsDue
from kapok.support.seals.models import Seal, SealedAnswer, SealVersion

TASK = gettext_noop("印章证书即将到期，请申请换发：%s")


def renewals_due() -> list[SealVersion]:
    """Versions in use whose certificate ends soon, and whose keepers were not told of it so close to its end."""
    now, bounds = clock.now(), sorted(rules.table()["numbers"]["warn_days"])
    rows = SealVersion.objects.select_related("seal").filter(
        seal__state__in=(rules.IN_USE, rules.SUSPENDED), valid_to__lte=now + timedelta(days=bounds[-1])
    ).exclude(key="")  # fmt: skip
    return [row for row in rows if row.number == row.seal.version and (row.warned == 0 or row.warned > bound_of(row, bounds))]


def bound_of(row: SealVersion, bounds: list[int]) -> int:
    """The nearest of the days before the end that has come."""
    left = row.valid_to - clock.now()
    return next(days for days in bounds if left <= timedelta(days=days))


@action("seals.warn_renewals")
def warn_renewals(*, by: By) -> int:
    """Open or bring up a to-do for the keepers of every seal whose certificate ends in 30, 7 or 1 days; how many."""
    due, bounds = renewals_due(), sorted(rules.table()["numbers"]["warn_days"])
    for row in due:
        open_task(
            ("seal", row.seal_id), "renew", for_=Queue(row.seal.scope, "seals.keep"), title=TASK % row.name,
            title_en=f"Certificate of a seal ends soon: {row.name}", link=f"/work/seals/{row.seal_id}/", due=row.valid_to, by=by,
        )  # fmt: skip
        SealVersion.objects.filter(id=row.id).update(warned=bound_of(row, bounds))
    if due:
        record(by, RenewalsDue(len(due)), about=due[0].seal_id, kind="seal")
    return len(due)


def renewed(seal: Seal, by: By) -> None:
    """A new version took the place of the one that ended: its to-do is done."""
    close_tasks(("seal", seal.id), "renew", by=by)


def forget_answers() -> int:
    """Let go of the files kept for repeated requests, when their time is over; how many."""
    before = clock.wall() - timedelta(hours=rules.number("answer_hours"))
    return SealedAnswer.objects.filter(at__lt=before).delete()[0]
