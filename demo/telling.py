"""How the story is told on the screen: a line a step, with the due date and why it is that one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kapok.kernel.calendar.public import WorkingCalendar, current
from kapok.kernel.common import clock
from kapok.services.intake.public import Case, ClockState, explain, table
from kapok.support.seals.public import verify_file

UNITS = {"work_day": "个工作日", "natural_day": "日", "hour": "小时"}
OUTCOMES = {"pass": "✓", "fail": "✗", "unknown": "?", "skipped": "–"}
VERDICTS = {"valid": "有效", "extended": "有效，文件此后又加盖了印章", "invalid": "无效", "undetermined": "不确定", "untrusted": "不受信任"}
LIMITS = {"acceptance": "受理期限", "statutory": "法定时限", "promised": "承诺时限", "correction": "补正期限"}


class Teller:
    """Prints the story and moves the bar."""

    def __init__(self, console: Console, steps: int) -> None:
        self.console, self.steps = console, steps
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
        self.bar = Progress(*columns, console=console)
        self.calendar: WorkingCalendar = current()

    @contextmanager
    def telling(self) -> Iterator[None]:
        with self.bar:
            self.task = self.bar.add_task("演示", total=self.steps)
            yield

    def chapter(self, title: str) -> None:
        self.bar.update(self.task, description=title)
        self.console.print(f"\n[bold]{title}[/bold]")

    def step(self, who: str, what: str, case_id: UUID | None = None) -> None:
        """One thing that happened, at the legal time that stands; with a case, where it stands and when it is due."""
        local = clock.local(clock.now())
        self.console.print(f"  {local:%m-%d %H:%M}  [cyan]{who}[/cyan]  {what}")
        if case_id is not None:
            self._stands(case_id)
        self.bar.advance(self.task)

    def _stands(self, case_id: UUID) -> None:
        case = Case.objects.get(id=case_id)
        line = f"               状态 {table().state_name(case.state)}"
        if case.number:
            line += f" · 办件编号 {case.number}"
        self.console.print(line, style="dim")
        for limit, due, why in reasons(case, self.calendar):
            self.console.print(f"               {limit} {due}：{why}", style="dim")

    def clock_of(self, case_id: UUID) -> None:
        """The whole reckoning of a case, as `kapok intake explain-clock` gives it."""
        case = Case.objects.get(id=case_id)
        for limit, due, why in reasons(case, self.calendar, closed=True):
            self.console.print(f"  {limit} {due}\n    {why}")
        self.bar.advance(self.task)

    def verified(self, path: Path) -> None:
        """What `kapok verify` finds of a file: each step, and the verdict."""
        report = verify_file(path.read_bytes(), name=path.name)
        self.console.print(f"  [cyan]{path}[/cyan]")
        for signature in report.signatures:
            for step in signature.steps:
                self.console.print(f"    {step.number:>2} {OUTCOMES[step.outcome]} {step.says}")
        self.console.print(f"     结论：[bold]{VERDICTS[report.verdict]}[/bold]")
        self.bar.advance(self.task)


def reasons(case: Case, calendar: WorkingCalendar, *, closed: bool = False) -> Iterator[tuple[str, str, str]]:
    """Each limit that runs (or, of a closed case, ran): its name, its last moment, and the steps that lead there."""
    if not case.open and not closed:
        return
    explained = explain(ClockState.load(case.clock), calendar)
    for limit, steps in explained.steps.items():
        due = getattr(explained.dues, limit)
        if due is None or (limit == "acceptance" and case.accepted_at and not closed):
            continue
        words = [word for step in steps if (word := said(step))]
        paused = "（计时暂停中，最早）" if due.paused else ""
        yield LIMITS[limit], f"{paused}{clock.local(due.due_at):%Y-%m-%d %H:%M}", "，".join(words)


def said(step: object) -> str:
    """One step of the reckoning as a phrase; empty for what needs no word."""
    kind, since, until = step.kind, _day(step.since), _day(step.until)  # type: ignore[attr-defined]  # ClockStep is intake's own
    count, why, note = step.count, step.why, step.note  # type: ignore[attr-defined]  # as above
    if kind == "start":
        return f"自{since}起{note['limit']}{UNITS[note['unit']]}" + ("（当日不计）" if note["day_zero"] else "")
    if kind == "pause":
        return f"{since}至{until or '今'}暂停" + (f"（不计{count}天）" if count else "")
    phrases = {
        "holiday": f"{why}{since}至{until}不计",
        "makeup": f"{since}调休上班",
        "weekend": f"周末{count}天不计",
        "extend": f"延长{count}天",
        "last_day": f"最后一日{since}暂停，恢复之日届满",
        "roll": f"末日为{why}，顺延至{until}",
        "provisional": "含尚未公布放假安排的年份，日期待定",
        "late_pause": f"{since}暂停时已经届满",
        "due": f"{since}届满",
    }
    return phrases.get(kind, "")


def _day(text: str) -> str:
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    local = clock.local(moment) if moment.tzinfo else moment
    return f"{local.month}月{local.day}日"
