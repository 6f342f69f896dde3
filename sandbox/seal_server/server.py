"""The server's addresses over HTTP, and its moods.

GET /v1/status · POST /v1/keys · GET /v1/keys/<label> · POST /v1/sign · GET /v1/seals?after=<number> · GET /v1/seals/<number>;
POST /_sandbox/mood {"mood": …, "seconds": …} changes how it behaves, POST /_sandbox/seals sets the directory.
"""

import base64
import json
import re
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.seal_server.directory import Directory
from sandbox.seal_server.keys import Key, Refused, Vault

MOODS = ("well", "slow", "wrong", "busy", "broken", "garbled")
"""well; slow: answers after `seconds`; wrong: signs other bytes; busy: 503; broken: 500; garbled: answers what is no JSON.
Being away is tested by stopping it: its keys and requests stay in the vault."""


class SealServer:
    """One server, with its vault and directory; `start` it, `stop` it, and start it again with what it held."""

    def __init__(self, *, token: str = "", port: int = 0) -> None:
        self.vault, self.directory, self.token = Vault(), Directory(), token
        self.mood, self.seconds = "well", 0.0
        self.calls: list[str] = []
        self.open: set[socket.socket] = set()
        self._port, self._server = port, None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> "SealServer":
        server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        server.daemon_threads = True
        self._port, self._server = server.server_address[1], server  # type: ignore[assignment]  # None until it is started
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Go away; the vault stays."""
        server: Any = self._server
        if server is not None:
            server.shutdown()
            server.server_close()
            self._server = None
            for connection in list(self.open):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def answer(self, method: str, path: str, query: dict[str, list[str]], said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What is answered to a request that has the token."""
        self.calls.append(f"{method} {path}")
        if path == "/_sandbox/mood":
            self.mood, self.seconds = str(said.get("mood", "well")), float(said.get("seconds", 0))
            return 200, {"mood": self.mood}
        if path == "/_sandbox/seals":
            self.directory.put(said)
            return 200, {"ok": True}
        if self.mood == "slow":
            time.sleep(self.seconds)
        if self.mood == "busy":
            raise Refused(503, "busy")
        if self.mood == "broken":
            raise Refused(500, "broken")
        return self._serve(method, path, query, said)

    def _serve(self, method: str, path: str, query: dict[str, list[str]], said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path == "/v1/status":
            return 200, {"ok": True, "signed": len(self.vault.made)}
        if path == "/v1/keys" and method == "POST":
            key, new = self.vault.make(str(said["label"]), str(said["algorithm"]))
            return 201 if new else 200, _shown(key)
        if (found := re.fullmatch(r"/v1/keys/(.+)", path)) and method == "GET":
            return 200, _shown(self.vault.key(unquote(found[1])))
        if path == "/v1/sign" and method == "POST":
            return 200, self._sign(said)
        if path == "/v1/seals" and method == "GET":
            return 200, self.directory.page(int(query.get("after", ["0"])[0]))
        if (found := re.fullmatch(r"/v1/seals/([\w-]+)", path)) and method == "GET":
            entry = self.directory.find(found[1])
            if entry is None:
                raise Refused(404, "no such seal")
            return 200, entry
        raise Refused(404, "no such address")

    def _sign(self, said: dict[str, Any]) -> dict[str, Any]:
        data = base64.b64decode(str(said["data"]), validate=True)
        if self.mood == "wrong":
            return {"signature": _text(self.vault.key(str(said["key"])).sign(data + b"!")), "receipt": "R-wrong", "repeated": False}
        made, before = self.vault.sign(str(said["request"]), str(said["key"]), data)
        return {"request": said["request"], "signature": _text(made.signature), "receipt": made.receipt, "repeated": before}


def _shown(key: Key) -> dict[str, Any]:
    return {"label": key.label, "algorithm": key.algorithm, "public": _text(key.public), "state": key.state}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _handler(owner: SealServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            owner.open.add(self.connection)

        def finish(self) -> None:
            owner.open.discard(self.connection)
            with suppress(OSError):
                super().finish()

        def _do(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(length) if length else b""
            parts = urlsplit(self.path)
            try:
                if owner.token and self.headers.get("authorization") != f"Bearer {owner.token}":
                    raise Refused(401, "no token")
                status, told = owner.answer(self.command, parts.path, parse_qs(parts.query), json.loads(raw) if raw else {})
            except Refused as refused:
                status, told = refused.status, {"reason": refused.reason}
            except (KeyError, ValueError, TypeError) as wrong:
                status, told = 400, {"reason": f"form: {wrong}"}
            self._write(status, b"<html>" if owner.mood == "garbled" and parts.path.startswith("/v1") else json.dumps(told).encode())

        def _write(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _do

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: what it did stands in `calls`."""

    return Handler
