"""The national platform, as far as its interface is configuration: a directory read from a number on, the status of one seal.

The stand-in of the sandbox speaks the same; the real interface is not public, so it gets an adapter of its own beside this one.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kapok.support.seals.connectors.base import Listed, platforms
from kapok.support.seals.errors import SealNotReady

CONNECT = 3.0


class NationalPlatform:
    """Asked over HTTP at KAPOK_SEAL_SERVER; every call has a time-out."""

    title = _("国家电子印章平台")

    def check(self) -> str:
        """Empty when it answers, else what is wrong."""
        try:
            self._ask("/v1/status")
        except SealNotReady as away:
            return str(away.data["reason"])
        return ""

    def directory(self, after: int) -> tuple[list[Listed], bool]:
        """What it said after a number, in order, and whether there is more."""
        told = self._ask(f"/v1/seals?after={after}") or {}
        entries = [_listed(entry) for entry in told.get("seals", ())]
        if [entry.number for entry in entries] != sorted({entry.number for entry in entries}) or any(e.number <= after for e in entries):
            raise SealNotReady(reason=_("目录顺序不对。"))
        return entries, bool(told.get("more"))

    def status(self, es_id: str) -> Listed | None:
        """How one seal stands now."""
        told = self._ask(f"/v1/seals/{quote(es_id, safe='')}")
        return _listed(told) if told else None

    def _ask(self, path: str) -> dict[str, Any] | None:
        token = str(settings.KAPOK_SEAL_SERVER_TOKEN)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        limit = httpx.Timeout(float(settings.KAPOK_SEAL_SERVER_LIMIT), connect=CONNECT)
        try:
            answer = httpx.get(f"{settings.KAPOK_SEAL_SERVER}{path}", headers=headers, timeout=limit)
            told = answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            raise SealNotReady(reason=_("国家平台没有响应。")) from None
        if answer.status_code == 404:
            return None
        if not isinstance(told, dict):
            raise SealNotReady(reason=_("国家平台没有响应。"))
        return told


def _listed(entry: Any) -> Listed:
    """An entry, or `SealNotReady` where it is none: nothing half is taken in."""
    try:
        ends = entry.get("valid_to")
        return Listed(
            int(entry["number"]), str(entry["es_id"])[:40], str(entry["name"])[:80], str(entry["owner"])[:120],
            str(entry["owner_uscc"])[:18], str(entry["state"])[:16], datetime.fromisoformat(ends) if ends else None,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, AttributeError):
        raise SealNotReady(reason=_("国家平台的目录读不懂。")) from None


platforms.put("national", NationalPlatform())
