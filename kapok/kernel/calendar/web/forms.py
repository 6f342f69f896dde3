"""The amendment form: one day a line, as people would write it in a note."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.calendar.public import DayKind, SpecialDay
from kapok.kernel.common import clock

WORDS = {
    "放假": DayKind.HOLIDAY,
    "调休放假": DayKind.BRIDGE,
    "调休上班": DayKind.MAKEUP,
    "上班": DayKind.WORKDAY,
    "周末": DayKind.WEEKEND,
}
"""What may stand behind a date; values as the notices say them, so they are not translated."""


class AmendmentForm(forms.Form):
    """Which days, on which ground, from when; with `year`, the next year is published by them."""

    year = forms.IntegerField(
        required=False,
        label=gettext_lazy("公布年度"),
        help_text=gettext_lazy("只在公布下一年度的节假日安排时填写。"),
        min_value=2004,
        max_value=2103,
    )
    days = forms.CharField(
        label=gettext_lazy("调整的日子"),
        help_text=gettext_lazy(
            "每行一天：日期、安排、名称。安排可写：放假、调休放假、调休上班、上班、周末。例如：2026-12-03 放假 台风停工"
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    reason = forms.CharField(label=gettext_lazy("依据"), help_text=gettext_lazy("通知的名称和文号。"), max_length=500)
    effective = forms.DateField(
        label=gettext_lazy("生效日期"),
        help_text=gettext_lazy("从这一天起按新日历计算。"),
        widget=forms.DateInput(format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective"].initial = clock.today

    def clean_days(self) -> list[SpecialDay]:
        """Every line that cannot be read is named at once."""
        read, faults = [], []
        for number, line in enumerate(self.cleaned_data["days"].splitlines(), start=1):
            if line.strip():
                try:
                    read.append(_read(line))
                except (ValueError, KeyError, IndexError):
                    faults.append(_("第%(number)s行不能识别：%(line)s") % {"number": number, "line": line.strip()[:60]})
        if faults:
            raise forms.ValidationError(faults)
        return read


def _read(line: str) -> SpecialDay:
    """ "2026-12-03 放假 台风停工"; the name may hold spaces or be missing."""
    day, kind, *name = line.replace("\u3000", " ").split()
    return SpecialDay(date.fromisoformat(day.replace("/", "-")), WORDS[kind], " ".join(name)[:60])
