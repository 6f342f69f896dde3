"""Errors are classes with a stable code and data. One handler turns them into a page, problem+json or a job's retry."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


class KapokError(Exception):
    """Something a person or a machine asked for cannot be done; says why."""

    code: str = "kapok.error"
    status: int = 400
    fields: tuple[str, ...] = ()
    says: Any = _("请求无法完成。")

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(f"{self.code} {data}" if data else self.code)

    def message(self) -> str:
        """The sentence shown to a person, with the data filled in."""
        text = str(self.says)
        try:
            return text.format(**self.data)
        except (KeyError, IndexError):
            return text


class NotHere(KapokError):
    """Absent or not for this person: the two look alike."""

    code, status, fields = "kapok.not_here", 404, ("kind", "id")
    says = _("没有找到，或您无权查看。")

    def __init__(self, kind: str = "", **data: Any) -> None:
        super().__init__(kind=kind, **data)


class Forbidden(KapokError):
    """The person is known and may see the thing, but not do this to it."""

    code, status = "kapok.forbidden", 403
    says = _("您没有办理此项操作的权限。")


class Conflict(KapokError):
    """The thing has moved on since it was read."""

    code, status = "kapok.conflict", 409
    says = _("内容已被他人更新，请刷新后再试。")


class Refused(KapokError):
    """A rule said no; `code` is the rule's own."""

    status = 409

    def __init__(self, code: str, status: int = 409, says: Any = None, **data: Any) -> None:
        self.code, self.status = code, status
        self.says = says if says is not None else sentences.get(code, type(self).says)
        super().__init__(**data)


@dataclass(frozen=True)
class FieldFault:
    """One field that is wrong: which, why (stable code), and what to do."""

    field: str
    code: str
    says: Any


class Invalid(KapokError):
    """Input that does not hold; every fault is named at once."""

    code, status, fields = "kapok.invalid", 422, ("faults",)
    says = _("填写的内容有误，请按提示修改。")

    def __init__(self, faults: list[FieldFault], **data: Any) -> None:
        self.faults = faults
        super().__init__(**data)

    def __str__(self) -> str:
        """Field and code of every fault: no value that was typed, so that a log may hold it."""
        return f"{self.code}: " + ", ".join(f"{fault.field} {fault.code}" for fault in self.faults)


def in_brief(error: BaseException) -> str:
    """What went wrong in a line, for operators. Of a database's words only the first: the next repeat what stood in the row."""
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}"[:500] if said else type(error).__name__


sentences: dict[str, Any] = {}
"""What a refusal's code says to a person; each app's errors.py adds its own with `sentences.update({...})`."""
