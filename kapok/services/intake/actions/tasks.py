"""The clerks' to-dos: at most one open for a case, opened, moved and taken back as the case moves on."""

from collections.abc import Sequence
from dataclasses import dataclass

from kapok.kernel.access.public import Actor, system_actor
from kapok.kernel.journal.public import Sealed, action
from kapok.kernel.tasks.public import Keeping, Owner, Queue, keep_tasks_of
from kapok.services.intake.models import Case
from kapok.services.items.public import CompiledItem, compiled

KIND = "case"


@dataclass(frozen=True)
class Wanted:
    """What a case waits for: the deed that moves it on, and how the to-do is called in both languages."""

    code: str
    deed: str
    title: str
    title_en: str


def wanted(case: Case, item: CompiledItem) -> Wanted | None:
    """The to-do of a case as it stands; None while it waits for the applicant, or has ended."""
    if not case.open:
        return None
    if case.state in ("applied", "preaccepted"):
        return Wanted("accept", "intake.accept", "受理", "Accept")
    if case.state == "correcting":
        return Wanted("correction", "intake.accept", "核对补正材料", "Check corrections") if case.answered else None
    if case.state == "special":
        return Wanted("special", "intake.examine", "登记特别程序结果", "Record special procedure")
    step = next((step for step in item.steps if step.key == case.step), None)
    deed = "intake.lead" if step and step.role == "leader" else "intake.examine"
    name = step.name if step else "审批"
    return Wanted(f"examine:{case.step}"[:40], deed, name, f"Examine ({name})")


@action("intake.keep_tasks")
def keep_tasks(entries: Sequence[Sealed], *, by: Actor | None = None) -> None:
    """Bring the to-dos of the cases that moved up to date: of the whole unit, or of who holds the case. A few statements for a batch."""
    last = {entry.about: entry for entry in entries if not entry.data.get("seeded")}
    cases = Case.objects.filter(id__in=last)
    tasks = {case.id: _task(case, wanted(case, compiled(case.version))) for case in cases}
    done = {about for about, entry in last.items() if entry.actor.get("kind") == "staff"}
    keep_tasks_of(KIND, tasks, done=done, by=by or system_actor("统一申办平台"))


def _task(case: Case, now: Wanted | None) -> Keeping | None:
    if now is None:
        return None
    for_ = Owner(case.holder_id) if case.holder_id else Queue(case.scope, now.deed, case.item_id)
    return Keeping(
        now.code, for_, f"{now.title}：{case.item_name}（{case.serial}）", f"{now.title_en}: {case.item_name} ({case.serial})",
        f"/work/intake/cases/{case.id}/", case.due_at,
    )  # fmt: skip
