"""Clients on plain sockets, so that most of the machine is left to the node."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """What was measured: answers a second, milliseconds at the middle and at 99 of 100, and answers that were not as wished."""

    per_second: float
    p50: float
    p99: float
    count: int
    failed: int


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of the answer."""
        self.socket.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._more()
        head, body = head.split(b"\r\n\r\n", 1)
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        part = self.socket.recv(262144)
        if not part:
            raise ConnectionError("the server closed")
        return part


def request(method: str, address: str, token: str, body: bytes = b"", key: str = "") -> bytes:
    """A request as bytes."""
    lines = [f"{method} {address} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", f"Content-Length: {len(body)}"]
    lines += ["Content-Type: application/json"] * bool(body) + [f"Idempotency-Key: {key}"] * bool(key)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def measure(port: int, clients: int, seconds: float, make: Callable[[int, int], bytes | None], wished: int) -> Rate:
    """Every client asks `make(client, turn)` in turn until the time is over or it has nothing more."""
    times: list[list[float]] = [[] for _ in range(clients)]
    failed = [0] * clients
    begun = time.monotonic()
    threads = [threading.Thread(target=_run, args=(port, n, begun + seconds, make, wished, times[n], failed)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    spent = sorted(t for each in times for t in each)
    if not spent:
        return Rate(0, 0, 0, 0, sum(failed))
    return Rate(len(spent) / took, spent[len(spent) // 2] * 1000, spent[int(len(spent) * 0.99)] * 1000, len(spent), sum(failed))


def _run(
    port: int, client: int, until: float, make: Callable[[int, int], bytes | None], wished: int, times: list[float], failed: list[int]
) -> None:  # fmt: skip
    connection, turn = Connection(port), 0
    while time.monotonic() < until:
        asked = make(client, turn)
        if asked is None:
            return
        begun = time.perf_counter()
        status, _ = connection.ask(asked)
        if status == wished:
            times.append(time.perf_counter() - begun)
        else:
            failed[client] += 1
        turn += 1
