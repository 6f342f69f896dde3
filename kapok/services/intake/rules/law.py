"""The legal numbers in force on this node: no standard confirms them, so they are settings with the usual practice as default."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kapok.services.intake.data import Settings, Span
from kapok.services.intake.rules.clock import UNITS


def law() -> Settings:
    """What KAPOK_ACCEPTANCE_LIMIT, KAPOK_CORRECTION_LIMIT and KAPOK_UNCORRECTED say; a case keeps the limits it began with."""
    return _read(
        str(getattr(settings, "KAPOK_ACCEPTANCE_LIMIT", "5 work_day")),
        str(getattr(settings, "KAPOK_CORRECTION_LIMIT", "15 work_day")),
        str(getattr(settings, "KAPOK_UNCORRECTED", "remind")),
    )


@lru_cache(maxsize=8)
def _read(acceptance: str, correction: str, uncorrected: str) -> Settings:
    if uncorrected not in ("remind", "close"):
        raise ImproperlyConfigured("KAPOK_UNCORRECTED: remind or close")
    answered = _span("KAPOK_CORRECTION_LIMIT", correction) if correction and correction != "none" else None
    limit = _span("KAPOK_ACCEPTANCE_LIMIT", acceptance)
    return Settings(acceptance=limit, correction=answered, uncorrected_closes=uncorrected == "close")


def _span(name: str, text: str) -> Span:
    value, _, unit = text.partition(" ")
    if not value.isdigit() or unit not in UNITS:
        raise ImproperlyConfigured(f"{name}: a number and one of {', '.join(UNITS)}, as in “5 work_day”")
    return Span(int(value), unit)
