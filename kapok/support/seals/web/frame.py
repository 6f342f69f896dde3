"""What all pages here share: who asks, what is wrong with what was sent, a file that is attached."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere, Refused
from kapok.kernel.files.public import StoredFile, discard, inspect, media_type_of, store
from kapok.kernel.ui.public import FieldView

MEGABYTE = 1024 * 1024
PURPOSES: dict[str, Any] = {"licence": gettext_lazy("电子证照"), "document": gettext_lazy("文书"), "file": gettext_lazy("文件")}
"""What systems may use a seal for by themselves, by the kind of thing."""

ATTACHED = ("application/pdf", "application/ofd", "image/jpeg", "image/png")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


AHEAD: dict[str, Any] = {
    "applied": (gettext_lazy("等待审批"), gettext_lazy("由上级管理员审批；申请人不能审批自己的申请。")),
    "returned": (gettext_lazy("已退回"), gettext_lazy("请看办理记录中的退回事由，补齐后重新申请。")),
    "approved": (gettext_lazy("等待制作"), gettext_lazy("由管理员或运维人员制作；申请人和审批人不能制作。")),
    "made": (gettext_lazy("等待启用"), gettext_lazy("用章单位负责人或管理员启用后，才能授权和用章。")),
}  # fmt: skip
"""What comes next for a new seal, and from whose hand."""
CHANGE_AHEAD: dict[str, Any] = {
    "applied": gettext_lazy("等待上级管理员审批；申请人不能审批自己的申请。"),
    "returned": gettext_lazy("申请被退回，事由见办理记录；可以补齐后重新申请，或撤回。"),
    "approved": gettext_lazy("等待管理员或运维人员办理；申请人和审批人不能办理。"),
}
"""The same for a change to a seal."""
DONE: dict[str, Any] = {
    "apply": gettext_lazy("申请已提交"), "apply_again": gettext_lazy("申请已提交"), "approve": gettext_lazy("已批准"),
    "return": gettext_lazy("已退回申请"), "make": gettext_lazy("印章已制作"), "enable": gettext_lazy("印章已启用"),
    "suspend": gettext_lazy("印章已停用"), "apply_change": gettext_lazy("变更申请已提交"),
    "apply_change_again": gettext_lazy("变更申请已提交"), "drop_change": gettext_lazy("变更申请已撤回"),
    "approve_change": gettext_lazy("变更已批准"), "return_change": gettext_lazy("变更申请已退回"),
    "carry_out": gettext_lazy("变更已办理"), "authorised": gettext_lazy("已授权"), "ended": gettext_lazy("授权已收回"),
}  # fmt: skip
"""What was just done, by the step's key in the address."""
DOES: dict[str, Any] = {
    "approve": gettext_lazy("批准"), "approve_change": gettext_lazy("批准变更"), "apply_again": gettext_lazy("提交申请"),
    "apply_change": gettext_lazy("提交申请"), "apply_change_again": gettext_lazy("提交申请"),
}  # fmt: skip
"""What the button of a step says where its name is not the deed."""


def faults_of(error: KapokError, field: str = "form") -> list[FieldFault]:
    """What a refusal says, at its fields or at the one given; what is not there stays not there."""
    if isinstance(error, NotHere):
        raise error
    return error.faults if isinstance(error, Invalid) else [FieldFault(field, error.code, error.message())]


def with_file(faults: list[FieldFault], request: HttpRequest, name: str = "file") -> list[FieldFault]:
    """The faults of a form, and that its file is missing, at once."""
    missing = faults and name not in request.FILES and not said(faults, name)
    return [*faults, FieldFault(name, "seals.file_missing", _("请选择文件。"))] if missing else faults


def said(faults: Sequence[FieldFault], field: str) -> list[Any]:
    """The sentences that belong to a field."""
    return [fault.says for fault in faults if fault.field == field]


def typed(request: HttpRequest, name: str, most: int = 2000) -> str:
    """What was typed into a field."""
    return request.POST.get(name, "").strip()[:most]


def whole(text: str, otherwise: int = 0) -> int:
    """A number as typed; `otherwise` where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def decimal(text: str) -> float | None:
    """A measure in millimetres as typed."""
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if -10_000 < value < 10_000 else None


def day_of(text: str) -> date | None:
    """A day as typed (2026-11-25)."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None


def key_of(text: str) -> UUID:
    """An id as sent; one that nothing has where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def uploaded(
    request: HttpRequest, name: str, *, allow: tuple[str, ...] = ATTACHED, megabytes: int = 20, by: Actor, required: bool = False
) -> StoredFile | None:  # fmt: skip
    """The file of a field, looked into and kept; Invalid at the field where it is refused, or missing though required."""
    sent = request.FILES.get(name)
    if sent is None:
        if required:
            raise Invalid([FieldFault(name, "seals.file_missing", _("请选择文件。"))])
        return None
    content, title = sent.read(), sent.name or "file"
    checked(name, title, content, allow=allow, megabytes=megabytes)
    return store(content, name=title, media_type=media_type_of(title, content), subject=None, by=by)


@contextmanager
def attached(request: HttpRequest, name: str, *, by: Actor) -> Iterator[StoredFile | None]:
    """The file of a field for what is done with it; where that is refused, it is not kept."""
    file = uploaded(request, name, by=by)
    try:
        yield file
    except KapokError:
        if file is not None:
            discard(file.id)
        raise


def checked(field: str, name: str, content: bytes, *, allow: tuple[str, ...], megabytes: int) -> None:
    """Invalid at the field where a file is not taken."""
    verdict = inspect(name, content, allow=allow, limit=megabytes * MEGABYTE)
    if not verdict:
        raise Invalid([FieldFault(field, verdict.code, Refused(verdict.code, **verdict.data).message())])


def reason_field(faults: Sequence[FieldFault], value: str = "", label: Any = None, hint: Any = "") -> FieldView:
    """The box for the reason every step is done with."""
    return FieldView(
        "reason", label or _("办理意见"), kind="textarea", rows=3, max_length=200, value=value, hint=hint, errors=said(faults, "reason")
    )  # fmt: skip


def file_field(faults: Sequence[FieldFault], *, required: bool, label: Any = None, hint: Any = None) -> FieldView:
    """The box for the file of a step."""
    return FieldView(
        "file", label or _("附件"), kind="file", accept=".pdf,.ofd,.jpg,.jpeg,.png", required=required,
        hint=hint if hint is not None else _("PDF、OFD、JPG 或 PNG，不超过 20 MB。"), errors=said(faults, "file"),
    )  # fmt: skip
