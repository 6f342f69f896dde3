"""Quality rule packs: versioned data (`tables/quality-*.toml`) over pure checks. Errors block publishing, warnings score."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kapok.kernel.common.registry import Registry
from kapok.services.items.data import CompiledItem
from kapok.services.items.rules.table import TABLES

Problem = tuple[str, str]
"""Where (path of the element) and what is found there."""
Check = Callable[[CompiledItem, dict[str, Any]], Iterator[Problem]]
checks: Registry[Check] = Registry("items.quality")


@dataclass(frozen=True)
class Rule:
    id: str
    check: str
    title: str
    severity: str
    points: int
    params: dict[str, Any]


@dataclass(frozen=True)
class Pack:
    version: str
    effective_on: date
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Finding:
    """One thing found: which rule, how grave, at which element, and what."""

    rule: str
    severity: str
    field: str
    title: str
    found: str

    @property
    def blocks(self) -> bool:
        return self.severity == "error"


@dataclass(frozen=True)
class Report:
    """A version judged by one pack; the score is 100 less the points of each warned rule, 0 with an error."""

    pack: str
    score: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.blocks)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if not f.blocks)


@lru_cache(maxsize=8)
def packs() -> tuple[Pack, ...]:
    """All packs, oldest first."""
    found = [_pack(tomllib.loads(path.read_text("utf-8"))) for path in TABLES.glob("quality-*.toml")]
    return tuple(sorted(found, key=lambda p: (p.effective_on, p.version)))


def pack_on(day: date) -> Pack:
    """The pack in force on a day: the first one also before it began."""
    every = packs()
    return next((p for p in reversed(every) if p.effective_on <= day), every[0])


def _pack(raw: dict[str, Any]) -> Pack:
    rules = tuple(
        Rule(
            r["id"], r["check"], r["title"], r["severity"], r.get("points", 0),
            {k: v for k, v in r.items() if k not in ("id", "check", "title", "severity", "points")},
        )
        for r in raw["rule"]
    )  # fmt: skip
    return Pack(raw["version"], raw["effective_on"], rules)
