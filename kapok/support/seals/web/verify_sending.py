"""What is sent to be verified: kept in memory only, not too large, not too often. Shared by the page and the API."""

import time
from collections import OrderedDict, deque
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

from kapok.support.seals.verifying.data import Report
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.file import LARGEST, verify_file

A_MINUTE = 60.0
PER_MINUTE = 30
"""Verifications of one address in a minute, in one process."""
MOST_SENDERS = 10_000
FRAME = 64 * 1024
"""What a form adds around its file."""


class InMemory(MemoryFileUploadHandler):
    """Keeps a file in memory whatever its size, so that none of it ever lies on a disk; the size is looked at before."""

    def handle_raw_input(self, *given: Any, **named: Any) -> None:
        super().handle_raw_input(*given, **named)
        self.activated = True


class Pace:
    """How often each sender came in the last minute; forgets the oldest senders, keeps nothing else."""

    def __init__(self, most: int = PER_MINUTE) -> None:
        self.most = most
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def take(self, sender: str) -> None:
        """Count one; `NotVerifiable` (429) when there were too many."""
        moment = time.monotonic()
        with self._lock:
            times = self._seen.setdefault(sender, deque())
            self._seen.move_to_end(sender)
            while times and times[0] < moment - A_MINUTE:
                times.popleft()
            if len(times) >= self.most:
                raise NotVerifiable("seals.verify_too_often", status=429)
            times.append(moment)
            while len(self._seen) > MOST_SENDERS:
                self._seen.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._seen.clear()


pace = Pace()


def keep_in_memory(request: HttpRequest) -> None:
    """Before anything of the body is read: refuse what is too large, and read the rest into memory alone."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST + FRAME:
        raise NotVerifiable("seals.verify_too_large", status=413, megabytes=LARGEST // 1024 // 1024)
    request.upload_handlers = [InMemory(request)]


def verified(request: HttpRequest) -> tuple[Report, bytes]:
    """The report for the file of a request, and the file's bytes for whoever shows them; both go with the answer."""
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise NotVerifiable("seals.verify_missing")
    content = sent.read()
    return verify_file(content, name=sent.name or ""), content


def sender_of(request: HttpRequest) -> str:
    """Whose pace is counted: the address, behind a proxy the one it noted last."""
    noted = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.KAPOK_BEHIND_PROXY and noted:
        return str(noted).rpartition(",")[2].strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
