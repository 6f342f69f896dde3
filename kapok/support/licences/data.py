"""What passes the door: types and licences as frozen things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class FieldSpec:
    """One field of a type. `source` says where its value comes from (answers.x, party.name, org.name …); `meta` is its name in the
    licence's metadata (KZ_…); `options` turns keys of a choice into words; `minimal` fields are all that 亮证 shows."""

    key: str
    label: str
    source: str
    type: str = "text"
    required: bool = True
    meta: str = ""
    personal: bool = False
    max_length: int = 200
    options: Mapping[str, str] = field(default_factory=dict)
    minimal: bool = False


@dataclass(frozen=True)
class Numbering:
    """How a type's numbers are written: the pattern, what the counter is kept per, its places; `maps` turns values into characters."""

    pattern: str
    per: tuple[str, ...] = ("org", "year")
    width: int = 6
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    """An item whose result a type is (关联事项); with `handlings`, only those 业务办理项 of it issue one."""

    code: str
    name: str = ""
    handlings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """What a case of a 情形 does to a licence: a new one, or something to the holder's live one."""

    when: Mapping[str, str]
    do: str


@dataclass(frozen=True)
class TypeFacts:
    """A published version of a type. `id` is the version's; `layout` is the parsed layout, `text` as its owner wrote it."""

    id: UUID
    code: str
    name: str
    definer: str
    definer_name: str
    number: int
    fields: tuple[FieldSpec, ...]
    numbering: Numbering
    holder: Mapping[str, str]
    items: tuple[Binding, ...]
    layout: Mapping[str, Any]
    text: str = ""
    seal: str = "agency"
    trust: str = "A"
    years: int | None = None
    second_person: frozenset[str] = frozenset()
    example: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()

    @property
    def minimal(self) -> tuple[str, ...]:
        """The keys of what 亮证 may show."""
        return tuple(each.key for each in self.fields if each.minimal)


@dataclass(frozen=True)
class HolderFacts:
    """One holder as the licence names it, in the open."""

    name: str
    number: str
    number_type: str


@dataclass(frozen=True)
class Issued:
    """What issuing came to: usable once signed."""

    id: UUID
    identifier: str
    number: str


@dataclass(frozen=True)
class LicenceFacts:
    """A licence as lists and other apps see it; `state` as of the moment asked for, `expired` derived."""

    id: UUID
    identifier: str
    lineage: UUID
    version: int
    type_code: str
    type_version: UUID
    name: str
    number: str
    holder_name: str
    issuer_name: str
    issued_at: datetime
    valid_from: date
    valid_to: date | None
    state: str
    expired: bool
    usable: bool
    source: str
    trust: str
    region: str
    org: int
    scope: int
    subject: UUID
    holder: UUID | None
    case: UUID | None
    case_number: str
    item_code: str
    item_name: str
    signed_at: datetime | None

    @property
    def ahead(self) -> bool:
        """In order, but its first day is still to come."""
        return self.state == "valid" and not self.usable


@dataclass(frozen=True)
class Asked:
    """A verb that now waits for a second person."""

    request: UUID


@dataclass(frozen=True)
class Changed:
    """A verb that was done; `licence` is the new version's where there is one."""

    licence: UUID
    state: str
