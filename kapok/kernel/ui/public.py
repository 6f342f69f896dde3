"""The door of the design system: rendering, menus, shells' parts, paging, preferences."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines

from kapok.kernel.ui.data import (
    CITIZEN,
    CLERK,
    OPS,
    Bar,
    Column,
    Due,
    Entry,
    ErrorLine,
    FieldView,
    FlowStep,
    Link,
    Option,
    Pause,
    Point,
    Slice,
)
from kapok.kernel.ui.drawing import due_of
from kapok.kernel.ui.fields import as_field, error_lines, yes_no
from kapok.kernel.ui.formats import use_day_counter
from kapok.kernel.ui.menu import Menu, menu
from kapok.kernel.ui.paging import BadCursor, cursor_of, keyset
from kapok.kernel.ui.preferences import view_key
from kapok.kernel.ui.rendered import rendered_once
from kapok.kernel.ui.samples import Sample, specimens
from kapok.kernel.ui.shell import shell_parts

__all__ = [
    "CITIZEN", "CLERK", "OPS", "BadCursor", "Bar", "Column", "Due", "Entry", "ErrorLine", "FieldView", "FlowStep", "Link", "Menu",
    "Option", "Pause", "Point", "Sample", "Slice", "as_field", "cursor_of", "due_of", "error_lines", "fragment", "keyset", "menu",
    "render", "rendered_once", "shell_parts", "specimens", "use_day_counter", "view_key", "yes_no",
]  # fmt: skip


def fragment(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> str:
    """A template as text: for partial answers and mails."""
    return str(engines["jinja2"].get_template(template).render(context or {}, request))


def render(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """A page: `template` is "<app>/page.jinja" and extends one of the shells."""
    return HttpResponse(fragment(request, template, context), status=status)
