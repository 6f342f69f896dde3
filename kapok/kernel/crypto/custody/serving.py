"""The custodian itself: a small process that holds the node's signing keys, so that no process with pages or jobs does.

It loads no app and knows no database. Spent leave it remembers in memory; what was issued before it started it refuses,
so that a restart cannot be used to spend twice.
"""

import json
import os
import socket
import socketserver
import stat
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.crypto.custody.authorising import SpentHere, check
from kapok.kernel.crypto.custody.base import checked_algorithm, checked_label, is_guarded
from kapok.kernel.crypto.custody.custodian import LONGEST_LINE, connect
from kapok.kernel.crypto.custody.data import Authorisation
from kapok.kernel.crypto.custody.file import FileCustody
from kapok.kernel.crypto.custody.wire import read
from kapok.kernel.crypto.errors import AuthorisationRefused, CustodyRefused

Answer = dict[str, Any]


class Desk:
    """What the custodian answers, whoever carries the question."""

    def __init__(self, keys: FileCustody) -> None:
        self.keys, self.spent = keys, SpentHere()
        self.answers: dict[str, Callable[[Answer], Answer]] = {
            "make": self._make,
            "find": self._find,
            "sign": self._sign,
            "destroy": self._destroy,
            "check": lambda asked: {"lack": self.keys.check()},
        }

    def answer(self, line: bytes) -> Answer:
        """Never raises: what is wrong is an answer."""
        try:
            asked = json.loads(line)
            return self.answers[asked["do"]](asked)
        except AuthorisationRefused as error:
            return {"error": "authorisation", "why": error.data["why"]}
        except CustodyRefused as error:
            return {"error": "refused", "why": error.data["reason"]}
        except KapokError as error:
            return {"error": "failed", "why": error.code}
        except (ValueError, KeyError, TypeError, AttributeError):
            return {"error": "form", "why": "form"}
        except OSError as error:
            return {"error": "failed", "why": error.strerror or "disk"}

    def _make(self, asked: Answer) -> Answer:
        made = self.keys.make(checked_label(str(asked["key"])), checked_algorithm(asked["algorithm"]))
        return {"algorithm": made.algorithm, "public": made.public.hex()}

    def _find(self, asked: Answer) -> Answer:
        found = self.keys.find(str(asked["key"]))
        return {} if found is None else {"algorithm": found.algorithm, "public": found.public.hex()}

    def _sign(self, asked: Answer) -> Answer:
        label, authorisation = checked_label(str(asked["key"])), read(asked.get("authorisation"))
        self._spend(label, authorisation)
        return {"signature": self.keys.sign_digest(label, bytes.fromhex(asked["digest"]), authorisation).hex()}

    def _spend(self, label: str, authorisation: Authorisation | None) -> None:
        check(label, authorisation, now=clock.wall())
        if authorisation is not None and is_guarded(label):
            self.spent.spend(label, authorisation)

    def _destroy(self, asked: Answer) -> Answer:
        self.keys.destroy(str(asked["key"]))
        return {}


class _Talk(socketserver.StreamRequestHandler):
    """One connection of one asking thread."""

    server: "CustodianServer"

    def handle(self) -> None:
        if not _same_user(self.connection):
            return
        with suppress(OSError):
            while line := self.rfile.readline(LONGEST_LINE):
                self.wfile.write(json.dumps(self.server.desk.answer(line)).encode() + b"\n")


class CustodianServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens on a socket of mode 0600 and takes the place of one that nobody listens on any more."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, path: Path, keys: FileCustody) -> None:
        self.desk, self.path = Desk(keys), path
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(str(path), _Talk)

    def server_bind(self) -> None:
        if _listened_on(self.path):
            raise CustodyRefused(key="", reason="running")
        folder = os.open(self.path.parent, os.O_PATH | os.O_DIRECTORY)
        draft = f"/proc/self/fd/{folder}/.{self.path.name}.{os.getpid()}"
        try:
            with suppress(FileNotFoundError):
                os.unlink(draft)
            self.socket.bind(draft)
            os.chmod(draft, stat.S_IRUSR | stat.S_IWUSR)
            os.replace(draft, self.path)
        finally:
            os.close(folder)


def serve_keys(path: Path, keys: FileCustody, stop: threading.Event) -> None:
    """Run until told to stop."""
    with CustodianServer(path, keys) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
        stop.wait()
        server.shutdown()


def _listened_on(path: Path) -> bool:
    try:
        connect(path, 1).close()
    except OSError:
        return False
    return True


def _same_user(connection: socket.socket) -> bool:
    """The socket's mode says so already; a parent folder of another user's making might not."""
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user in (os.geteuid(), 0))
