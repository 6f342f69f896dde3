"""Custody `remote`: a seal server over HTTP keeps the keys and hashes itself; it is given the bytes to be signed.

Addresses: POST /v1/keys, GET /v1/keys/<label>, POST /v1/sign, GET /v1/status. A repeated request gets the same signature.
"""

import base64
import threading
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings

from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.custody.base import checked_algorithm, checked_label
from kapok.kernel.crypto.custody.data import Algorithm, Authorisation, KeyFacts, Signed
from kapok.kernel.crypto.custody.wire import written
from kapok.kernel.crypto.errors import CustodyAway, CustodyRefused

CONNECT = 3.0
_REFUSALS = {400: "form", 401: "token", 403: "revoked", 404: "absent", 409: "other_data"}


class RemoteCustody:
    """One seal server. What it signs is verified by the caller before it is used."""

    title = "印章签名服务器"

    def __init__(self, address: str, token: str, seconds: float) -> None:
        shown = {"authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=address, headers=shown, timeout=httpx.Timeout(seconds, connect=CONNECT))
        self._lock = threading.Lock()
        self._known: dict[str, KeyFacts] = {}

    def make(self, label: str, algorithm: Algorithm) -> KeyFacts:
        return self._facts(label, self._ask("POST", "/v1/keys", {"label": checked_label(label), "algorithm": algorithm}, key=label))

    def find(self, label: str) -> KeyFacts | None:
        if (known := self._known.get(label)) is not None:
            return known
        try:
            return self._facts(label, self._ask("GET", f"/v1/keys/{quote(checked_label(label), safe='')}", key=label))
        except CustodyRefused as error:
            if error.data["reason"] == "absent":
                return None
            raise

    def sign(self, key: KeyFacts, data: bytes, authorisation: Authorisation | None) -> Signed:
        digest = sm3(data).hex()
        use = digest if authorisation is None else authorisation.request or authorisation.nonce.hex()
        question = {
            "request": f"{use}-{digest[:16]}", "key": key.label, "algorithm": key.algorithm, "data": base64.b64encode(data).decode(),
            "authorisation": written(authorisation),
        }  # fmt: skip
        told = self._ask("POST", "/v1/sign", question, key=key.label)
        try:
            return Signed(base64.b64decode(told["signature"], validate=True), str(told.get("receipt", "")))
        except (KeyError, ValueError, TypeError):
            raise CustodyRefused(key=key.label, reason="wrong_signature") from None

    def destroy(self, label: str) -> None:
        """The server keeps the say over its keys: a destroyed one is revoked there, by its operator."""
        self._known.pop(checked_label(label), None)

    def check(self) -> str:
        try:
            self._ask("GET", "/v1/status")
        except (CustodyAway, CustodyRefused) as error:
            return f"the seal server does not serve: {error.data['reason']}"
        return ""

    def _facts(self, label: str, told: dict[str, Any]) -> KeyFacts:
        try:
            facts = KeyFacts(label, checked_algorithm(told["algorithm"]), base64.b64decode(told["public"], validate=True))
        except (KeyError, ValueError, TypeError):
            raise CustodyAway(custody="remote", reason="garbled") from None
        self._known[label] = facts
        return facts

    def _ask(self, method: str, path: str, question: dict[str, Any] | None = None, *, key: str = "") -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, json=question)
        except httpx.TimeoutException:
            raise CustodyAway(custody="remote", reason="slow") from None
        except httpx.HTTPError:
            raise CustodyAway(custody="remote", reason="absent") from None
        if answer.status_code in _REFUSALS:
            raise CustodyRefused(key=key, reason=_REFUSALS[answer.status_code])
        if not answer.is_success:
            raise CustodyAway(custody="remote", reason=f"http {answer.status_code}")
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise CustodyAway(custody="remote", reason="garbled")
        return told


def remote_custody() -> RemoteCustody:
    address = str(getattr(settings, "KAPOK_SEAL_SERVER", ""))
    if not address:
        raise CustodyAway(custody="remote", reason="KAPOK_SEAL_SERVER is not set")
    return _at(address, str(getattr(settings, "KAPOK_SEAL_SERVER_TOKEN", "")), float(getattr(settings, "KAPOK_SEAL_SERVER_LIMIT", 10)))


@lru_cache(maxsize=4)
def _at(address: str, token: str, seconds: float) -> RemoteCustody:
    return RemoteCustody(address, token, seconds)
