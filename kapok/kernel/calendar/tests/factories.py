"""What the tests of the calendar build on."""

from datetime import date
from uuid import UUID

from kapok.kernel.calendar.data import Move, WorkingCalendar
from kapok.kernel.regions.public import Console

ADMIN = Console("测试管理员")


class Deadlines:
    """A higher app in small: open limits of so many working days from a day, kept in a dict."""

    title = "待办期限"

    def __init__(self, calendar: WorkingCalendar, starts: list[tuple[date, int]]) -> None:
        self.starts = {UUID(int=number): start for number, start in enumerate(starts, start=1)}
        self.due = {about: calendar.add_working_days(*start) for about, start in self.starts.items()}

    def preview(self, calendar: WorkingCalendar) -> list[Move]:
        found = {about: calendar.add_working_days(*start) for about, start in self.starts.items()}
        return [Move(about, f"件{about.int}", "statutory", self.due[about], due) for about, due in found.items() if due != self.due[about]]

    def apply(self, calendar: WorkingCalendar, cause: UUID) -> list[Move]:
        moves = self.preview(calendar)
        self.due.update({move.about: move.becomes for move in moves})
        return moves
