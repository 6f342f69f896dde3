"""Clients that never give up: the same key until there is an answer, as an idempotent client should."""

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.faults.node import Node

PATIENCE = 90.0


@dataclass(frozen=True)
class Seed:
    """What seeding gave: tokens of people, and versions of items with an application that is complete."""

    citizens: list[str]
    clerk: str
    approvers: list[str]
    leader: str
    applications: list[dict[str, Any]]
    limits: dict[str, list[int]]
    payloads: dict[str, dict[str, Any]]


@dataclass
class Ledger:
    """What was acknowledged. Only what stands here may be held against the node."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    applied: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: dict[str, dict[str, Any]] = field(default_factory=dict)
    tried_again: int = 0
    trouble: list[str] = field(default_factory=list)

    def count(self) -> int:
        return len(self.applied) + len(self.acts)


class Client(threading.Thread):
    """Takes cases from application to decision until enough acts are acknowledged by all."""

    def __init__(self, node: Node, seed: Seed, ledger: Ledger, number: int, wanted: int) -> None:
        super().__init__(daemon=True)
        self.node, self.seed, self.ledger, self.wanted = node, seed, ledger, wanted
        self.chance = random.Random(number)

    def run(self) -> None:
        try:
            while self.ledger.count() < self.wanted:
                self._case()
        except Exception as error:
            with self.ledger.lock:
                self.ledger.trouble.append(repr(error))

    def _case(self) -> None:
        citizen = self.chance.choice(self.seed.citizens)
        application = {**self.chance.choice(self.seed.applications), "again": True}
        status, answer = self._send(self.node.port, citizen, "/api/intake/v1/applications", application, self.ledger.applied)
        assert status == 201, (status, answer)
        self._carry_on(str(answer["case"]), "applied")

    def _carry_on(self, case: str, state: str) -> None:
        """Act after act; a case the clock has moved meanwhile tells its state with the refusal."""
        paused = refused = 0
        while state not in ("closed", "not_accepted", "collected") and refused < 6:
            name, outcome, data, who = self._next(state, paused)
            body = {"act": name, "outcome": outcome, "data": data}
            status, answer = self._send(self.node.operator_port, who, f"/api/intake/v1/cases/{case}/acts", body, self.ledger.acts)
            if status == 200:
                paused += name == "request_special"
                state = answer["state"]
            else:
                assert status in (403, 409), (status, answer)
                refused += 1
                state = self._state(case)

    def _next(self, state: str, paused: int) -> tuple[str, str, dict[str, Any], str]:
        """The next act, as a lively agency might do it."""
        seed, chance = self.seed, self.chance
        approver = chance.choice(seed.approvers)
        if state in ("applied", "preaccepted"):
            return (
                self._act("request_correction", "listed", seed.clerk)
                if chance.random() < 0.3
                else self._act("accept", "accepted", seed.clerk)
            )
        if state == "correcting":
            return self._act("accept_correction", "accepted", seed.clerk)
        if state == "special":
            return self._act("conclude_special", "concluded", approver)
        if not paused and chance.random() < 0.4:
            return self._act("request_special", "pause", approver)
        if state == "accepted" or chance.random() < 0.3:
            return self._act("examine", "pass", approver)
        return self._act("decide", "granted", approver)

    def _act(self, act: str, outcome: str, who: str) -> tuple[str, str, dict[str, Any], str]:
        return act, outcome, self.seed.payloads.get(f"{act}.{outcome}", {}), who

    def _state(self, case: str) -> str:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                headers = {"Authorization": f"Bearer {self.seed.leader}"}
                answer = httpx.get(f"{self._at(self.node.operator_port)}/api/intake/v1/cases/{case}/acts", headers=headers, timeout=10)
                if answer.status_code == 200:
                    return str(answer.json()[-1]["state"])
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"state of {case}")

    def _send(
        self, port: int, token: str, path: str, body: dict[str, Any], ledger: dict[str, dict[str, Any]]
    ) -> tuple[int, dict[str, Any]]:
        """Send under one key until answered; 5xx and a broken connection mean: not known, ask again."""
        key, until = uuid4().hex, time.monotonic() + PATIENCE
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        while time.monotonic() < until:
            try:
                answer = httpx.post(self._at(port) + path, json=body, headers=headers, timeout=20)
                if answer.status_code < 500:
                    known: dict[str, Any] = answer.json()
                    if answer.status_code in (200, 201):
                        with self.ledger.lock:
                            ledger[key] = known
                    return answer.status_code, known
            except httpx.HTTPError:
                pass
            with self.ledger.lock:
                self.ledger.tried_again += 1
            time.sleep(0.1)
        raise TimeoutError(f"no answer to {path} in {PATIENCE} s")

    @staticmethod
    def _at(port: int) -> str:
        return f"http://127.0.0.1:{port}"
