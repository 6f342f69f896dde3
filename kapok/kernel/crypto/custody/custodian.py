"""Custody `custodian`: a process of its own holds the keys; this side asks it over a socket that only this user may open.

One JSON object a line, both ways: `{"do": "sign", "key": …, "digest": hex, "authorisation": {…}}` is answered
`{"signature": hex}`, or `{"error": kind, "why": …}`. The data itself does not travel, its digest does.
"""

import json
import os
import socket
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.custody.base import checked_algorithm, checked_label
from kapok.kernel.crypto.custody.data import Algorithm, Authorisation, KeyFacts, Signed
from kapok.kernel.crypto.custody.wire import written
from kapok.kernel.crypto.errors import AuthorisationRefused, CustodyAway, CustodyRefused

PATIENCE = 3.0
"""Seconds a custodian that is just being restarted is waited for."""

ANSWER = 20.0
LONGEST_LINE = 1 << 20


class Custodian:
    """The asking side; each thread keeps a connection of its own."""

    title = "本机密钥托管进程"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._known: dict[str, KeyFacts] = {}

    def make(self, label: str, algorithm: Algorithm) -> KeyFacts:
        return self._facts(label, self._ask({"do": "make", "key": checked_label(label), "algorithm": algorithm}))

    def find(self, label: str) -> KeyFacts | None:
        """What is known stays known: a key's public half never changes, and signing tells when it is gone."""
        if (known := self._known.get(label)) is not None:
            return known
        told = self._ask({"do": "find", "key": checked_label(label)})
        return self._facts(label, told) if told.get("public") else None

    def sign(self, key: KeyFacts, data: bytes, authorisation: Authorisation | None) -> Signed:
        digest = material.digest_of(key.algorithm, key.public, data)
        told = self._ask({"do": "sign", "key": key.label, "digest": digest.hex(), "authorisation": written(authorisation)})
        return Signed(bytes.fromhex(told["signature"]))

    def destroy(self, label: str) -> None:
        self._ask({"do": "destroy", "key": checked_label(label)})
        self._known.pop(label, None)

    def check(self) -> str:
        try:
            return str(self._ask({"do": "check"}).get("lack", ""))
        except CustodyAway as error:
            return f"the custodian does not answer: {error.data['reason']}"

    def _facts(self, label: str, told: dict[str, Any]) -> KeyFacts:
        facts = KeyFacts(label, checked_algorithm(told["algorithm"]), bytes.fromhex(told["public"]))
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[label] = facts
        return facts

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        answer = self._exchange(json.dumps(question).encode() + b"\n")
        kind, why, key = answer.get("error"), str(answer.get("why", "")), str(question.get("key", ""))
        if kind == "authorisation":
            if why == "restarted":
                raise CustodyAway(custody="custodian", reason="restarted")
            raise AuthorisationRefused(key=key, why=why)
        if kind is not None:
            raise CustodyRefused(key=key, reason=why or str(kind))
        return answer

    def _exchange(self, line: bytes) -> dict[str, Any]:
        """Ask on the kept connection; once more on a new one when the custodian has been restarted meanwhile."""
        for fresh in (False, True):
            stream = self._connection(fresh)
            try:
                stream.write(line)
                stream.flush()
                answer = stream.readline(LONGEST_LINE)
            except TimeoutError:
                self._drop()
                raise CustodyAway(custody="custodian", reason="slow") from None
            except OSError:
                answer = b""
            if answer.endswith(b"\n"):
                told = json.loads(answer)
                return told if isinstance(told, dict) else {"error": "form"}
            self._drop()
        raise CustodyAway(custody="custodian", reason="broken")

    def _connection(self, fresh: bool) -> Any:
        kept = getattr(self._local, "stream", None)
        if kept is not None and not fresh and self._local.process == os.getpid():
            return kept
        self._local.stream, self._local.process = self._connect(), os.getpid()
        return self._local.stream

    def _connect(self) -> Any:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return connect(self.path, ANSWER).makefile("rwb")
            except OSError as error:
                if time.monotonic() > until:
                    raise CustodyAway(custody="custodian", reason=error.strerror or "absent") from None
                time.sleep(0.05)

    def _drop(self) -> None:
        with suppress(OSError, AttributeError):
            self._local.stream.close()
        self._local.stream = None


def connect(path: Path, seconds: float) -> socket.socket:
    """A connection to a socket whose path may be longer than the 107 bytes a socket's address has room for."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    reaching = socket.socket(socket.AF_UNIX)
    try:
        reaching.settimeout(seconds)
        reaching.connect(f"/proc/self/fd/{folder}/{path.name}")
    except OSError:
        reaching.close()
        raise
    finally:
        os.close(folder)
    return reaching


def socket_path() -> Path:
    """Where the custodian listens: KAPOK_CUSTODIAN, else `run/custodian.sock` in the node's folder."""
    return Path(getattr(settings, "KAPOK_CUSTODIAN", None) or Path(settings.KAPOK_HOME) / "run" / "custodian.sock")


def custodian() -> Custodian:
    return _at(str(socket_path()))


@lru_cache(maxsize=8)
def _at(path: str) -> Custodian:
    return Custodian(Path(path))
