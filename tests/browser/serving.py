"""A live server that sees the test's own uncommitted data, so that every test is rolled back.

Requests share the test's database connection and are answered one at a time; files are served beside them.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler


class OneConnection:
    """The application on one connection."""

    def __init__(self) -> None:
        self.application = WSGIHandler()
        self.connection = connections["default"]
        self.turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.turn:
            connections["default"] = self.connection
            response = self.application(environ, start_response)
            try:
                return [b"".join(response)]
            finally:
                response.close()  # type: ignore[attr-defined]  # a Django response


class Server(ThreadedWSGIServer):
    """A thread for each connection of the browser; the database's connection is the test's and outlives them."""

    daemon_threads = True

    def _close_connections(self) -> None:
        """Left open, against Django's habit."""


@contextmanager
def serving() -> Iterator[str]:
    """The server's address while the block runs."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    for signal in (request_started, request_finished):  # which would end the test's transaction
        signal.disconnect(close_old_connections)
    server = Server(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(OneConnection())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connection.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
