"""What all pages here share: who asks, and what is wrong with what was sent."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.regions.public import find_region


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


def chosen_region(request: HttpRequest) -> str:
    """The region of the visitor's cookie where there is such a one, else nothing."""
    kept = request.COOKIES.get("region", "")
    found = find_region(kept) if kept.isascii() and kept.isdigit() and len(kept) == 12 else None
    return found.code if found else ""


def faults_of(error: KapokError, field: str = "form") -> list[FieldFault]:
    """What a refusal says, at its fields or at the one given; what is not there stays not there."""
    if isinstance(error, NotHere):
        raise error
    return error.faults if isinstance(error, Invalid) else [FieldFault(field, error.code, error.message())]


def said(faults: Sequence[FieldFault], field: str) -> list[Any]:
    """The sentences that belong to a field."""
    return [fault.says for fault in faults if fault.field == field]


def whole(text: str, otherwise: int = -1) -> int:
    """A number as typed; `otherwise` where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def day_of(text: str) -> date | None:
    """A day as typed (2026-11-25)."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None
