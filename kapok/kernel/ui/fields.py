"""From Django's bound fields to FieldView, and from faults to the lines of the error summary."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import FieldFault
from kapok.kernel.ui.data import ErrorLine, FieldView, Option

_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.PasswordInput, "password"),
    (forms.EmailInput, "email"),
    (forms.NumberInput, "number"),
    (forms.DateInput, "date"),
    (forms.TimeInput, "time"),
)
_YES_NO = (Option("true", _("是")), Option("false", _("否")))


def as_field(thing: Any) -> FieldView:
    """A FieldView as it is, or one drawn from a form's bound field."""
    if isinstance(thing, FieldView):
        return thing
    return _from_bound(thing)


def _from_bound(bound: BoundField) -> FieldView:
    field, widget = bound.field, bound.field.widget
    attrs = {key: str(value) for key, value in widget.attrs.items() if value is not None}
    return FieldView(
        name=bound.html_name,
        label=bound.label,
        kind=attrs.pop("kind", "") or _kind(widget),
        value=_value(bound),
        options=tuple(_options(widget)),
        hint=bound.help_text,
        errors=tuple(bound.errors),
        required=field.required,
        id=bound.auto_id if isinstance(bound.auto_id, str) else "",
        max_length=getattr(field, "max_length", None),
        minimum=_limit(field, "min_value"),
        maximum=_limit(field, "max_value"),
        accept=attrs.pop("accept", ""),
        multiple=bool(getattr(widget, "allow_multiple_selected", False)),
        rows=_rows(attrs.pop("rows", "")),
        autocomplete=attrs.pop("autocomplete", ""),
        placeholder=attrs.pop("placeholder", ""),
        unit=attrs.pop("unit", ""),
        source=attrs.pop("source", ""),
        width=attrs.pop("width", ""),
        disabled=field.disabled,
        attrs={key: value for key, value in attrs.items() if key not in ("cols", "maxlength", "min", "max", "step", "class")},
    )


def _rows(given: str) -> int:
    """Django's own default of ten lines counts as not chosen."""
    return 4 if given in ("", "10") else int(given)


def _kind(widget: forms.Widget) -> str:
    return next((kind for type_, kind in _KINDS if isinstance(widget, type_)), "text")


def _value(bound: BoundField) -> Any:
    value = bound.value()
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return bool(value)
    if isinstance(value, (list, tuple)):
        return [str(part) for part in value]
    return "" if value is None else value


def _options(widget: forms.Widget) -> Iterable[Option]:
    for value, label in getattr(widget, "choices", ()):
        if isinstance(label, (list, tuple)):
            yield from (Option(str(v), text) for v, text in label)
        else:
            yield Option("" if value is None else str(value), label)


def _limit(field: forms.Field, name: str) -> str:
    value = getattr(field, name, None)
    return "" if value is None else str(value)


def yes_no() -> tuple[Option, ...]:
    """The two options of a yes/no question."""
    return _YES_NO


def error_lines(source: Any) -> list[ErrorLine]:
    """The lines of an error summary, from a form, an `Invalid`'s faults, field views, or lines already made."""
    if isinstance(source, forms.BaseForm):
        general = [ErrorLine("form", text) for text in source.non_field_errors()]
        return general + [ErrorLine(_anchor(bound), text) for bound in source for text in bound.errors]
    return [line for thing in source or () for line in _lines_of(thing)]


def _anchor(bound: BoundField) -> str:
    return bound.auto_id if isinstance(bound.auto_id, str) and bound.auto_id else f"id_{bound.html_name}"


def _lines_of(thing: Any) -> list[ErrorLine]:
    if isinstance(thing, ErrorLine):
        return [thing]
    if isinstance(thing, FieldFault):
        return [ErrorLine(f"id_{thing.field}", thing.says)]
    if isinstance(thing, FieldView):
        return [ErrorLine(thing.anchor, text) for text in thing.errors]
    return [ErrorLine("form", thing)]
