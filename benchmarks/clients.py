"""Clients on plain sockets, so that most of the machine is left to the node. Every call has a limit; every wrong answer is kept."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

LIMIT = 10.0
"""Seconds one answer may take; after it the connection is given up and the call counts as failed."""

GIVE_UP = 200
"""Failures of one client in a row after which it stops: a phase that only fails says so at once."""


@dataclass
class Rate:
    """What was measured: answers a second, milliseconds at the middle and at 99 of 100, and what was not as wished."""

    seconds: float
    times: list[float]
    failures: Counter[str] = field(default_factory=Counter)
    answers: list[bytes] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.times)

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def at(self, share: float) -> float:
        """Milliseconds within which this share of the calls was answered."""
        return sorted(self.times)[min(self.count - 1, int(self.count * share))] * 1000 if self.times else 0.0


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of the answer. OSError (a time-out too) when there is none."""
        self.socket.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._more()
        head, body = head.split(b"\r\n\r\n", 1)
        length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), None)
        if length is None:
            raise ConnectionError("an answer without Content-Length: " + head[:200].decode(errors="replace"))
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        part = self.socket.recv(262144)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part


def request(method: str, address: str, token: str = "", body: bytes = b"", key: str = "") -> bytes:
    """A request as bytes."""
    lines = [f"{method} {address} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {token}"] * bool(token) + ["Content-Type: application/json"] * bool(body)
    lines += [f"Idempotency-Key: {key}"] * bool(key)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Maker = Callable[[int, int], bytes | None]


def measure(port: int, clients: int, seconds: float, make: Maker, wished: int, keep: bool = False) -> Rate:
    """Every client asks `make(client, turn)` in turn until the time is over or it has nothing more; `keep` keeps the answers."""
    rates = [Rate(seconds, []) for _ in range(clients)]
    begun = time.monotonic()
    threads = [
        threading.Thread(target=_run, args=(port, n, begun + seconds, make, wished, rates[n], keep), daemon=True) for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 3 * LIMIT)
    took = time.monotonic() - begun  # shorter than asked when there was no more to ask
    whole = Rate(took, [t for rate in rates for t in rate.times], answers=[a for rate in rates for a in rate.answers])
    for rate in rates:
        whole.failures += rate.failures
    whole.failures["a client did not end"] += sum(thread.is_alive() for thread in threads)
    whole.failures = +whole.failures
    return whole


def _run(port: int, client: int, until: float, make: Maker, wished: int, rate: Rate, keep: bool) -> None:
    connection: Connection | None = None
    turn = failed = 0
    while time.monotonic() < until and failed < GIVE_UP:
        asked = make(client, turn)
        if asked is None:
            return
        begun = time.perf_counter()
        try:
            connection = connection or Connection(port)
            status, body = connection.ask(asked)
        except OSError as error:
            connection, failed = None, failed + 1
            rate.failures[f"no answer: {error}"] += 1
        else:
            if status == wished:
                rate.times.append(time.perf_counter() - begun)
                failed = 0
                if keep:
                    rate.answers.append(body)
            else:
                failed += 1
                rate.failures[f"{status}: {body[:300].decode(errors='replace')}"] += 1
        turn += 1
