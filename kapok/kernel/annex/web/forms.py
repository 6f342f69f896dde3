"""The form for an exemption. What is allowed is decided by the action; the form only reads the fields."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.data import Level
from kapok.kernel.annex.seed import cities, duties


def _duties() -> list[tuple[str, str]]:
    return [(duty.id, f"{duty.id} {duty.words}") for duty in duties().values() if duty.level is Level.CITY]


def _cities() -> list[tuple[str, str]]:
    return [(city.code, city.name) for city in cities().values()]


class ExemptionForm(forms.Form):
    duty = forms.ChoiceField(label=_("任务"), choices=_duties)
    city = forms.ChoiceField(label=_("地市"), choices=_cities)
    number = forms.CharField(label=_("批准文号"), max_length=60)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea)
    approver = forms.CharField(label=_("批准人"), max_length=60)
    starts = forms.DateField(label=_("起始日期"), widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(label=_("终止日期"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("含当日；到期自行终止。"))


class EndForm(forms.Form):
    reason = forms.CharField(label=_("终止理由"), max_length=500, widget=forms.Textarea)
