"""What a custody must do, and which there are."""

import re
from collections.abc import Callable
from typing import Protocol

from kapok.kernel.common.registry import Registry
from kapok.kernel.crypto.custody.data import ALGORITHMS, Algorithm, Authorisation, KeyFacts, Signed
from kapok.kernel.crypto.errors import CustodyRefused

LABEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}(/[a-z0-9][a-z0-9_.-]{0,99}){0,5}")
"""`seal/<id>/1`, `pki/seal-root`: the parts of a path, with nothing in them that leads elsewhere."""

GUARDED = "seal/"
"""Keys whose label begins so sign only with an authorisation for that seal: `seal/<seal>/…`."""


class Custody(Protocol):
    """One place that keeps private keys. Its methods may be called by many threads at once."""

    title: str

    def make(self, label: str, algorithm: Algorithm) -> KeyFacts:
        """Make a key under a label; an existing one of that algorithm is returned and never touched."""
        ...

    def find(self, label: str) -> KeyFacts | None: ...

    def sign(self, key: KeyFacts, data: bytes, authorisation: Authorisation | None) -> Signed:
        """A DER signature over the data."""
        ...

    def destroy(self, label: str) -> None:
        """Destroy a key for ever; nothing if there is none."""
        ...

    def check(self) -> str:
        """Empty when it works, else what is wrong."""
        ...


custodies: Registry[Callable[[], Custody]] = Registry("custody")
"""By name, as KAPOK_CUSTODY says it; an entry gives the process's one instance."""


def checked_label(label: str) -> str:
    if LABEL.fullmatch(label) is None or ".." in label:
        raise CustodyRefused(key=label[:100], reason="label")
    return label


def checked_algorithm(algorithm: str) -> Algorithm:
    for known in ALGORITHMS:
        if algorithm == known:
            return known  # type: ignore[return-value]  # the literal's own members
    raise CustodyRefused(key="", reason="algorithm")


def is_guarded(label: str) -> bool:
    return label.startswith(GUARDED)
