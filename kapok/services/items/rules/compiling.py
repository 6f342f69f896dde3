"""Elements into the one frozen form everything above reads, and that form to JSON and back."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from kapok.kernel.common.codes import item as codes
from kapok.kernel.common.errors import FieldFault
from kapok.kernel.common.jsontext import canonical
from kapok.services.items.data import CompiledItem, Limit
from kapok.services.items.errors import fault
from kapok.services.items.rules.table import SHAPES, table

LOCAL = ("digest", "cancelled_on", "item_id", "org_id", "collect_orgs")
"""What differs between nodes or after publishing, and so stands outside the digest."""


@dataclass(frozen=True)
class Identity:
    """What of a version is not an element."""

    version_id: UUID
    item_id: int
    number: int
    effective_on: date
    cancelled_on: date | None
    base_code: str
    impl_code: str
    type_code: str
    level: str
    org_id: int
    org_uscc: str
    org_name: str
    region: str
    collect_orgs: tuple[int, ...] = ()


def compile_item(identity: Identity, elements: Mapping[str, Any]) -> CompiledItem:
    """The version as law; absent elements take the empty value. The digest is set by `with_digest`."""
    more = {key: elements[key] for key, element in table().elements.items() if element.more and key in elements}
    if elements.get("collect_orgs"):
        more["collect_org_codes"] = list(elements["collect_orgs"])
    values: dict[str, Any] = {
        **asdict(identity), **_EMPTY,
        **{k: v for k, v in elements.items() if k in _FIELDS and k != "collect_orgs"},
        "digest": "", "more": more, "collect_orgs": list(identity.collect_orgs),
    }  # fmt: skip
    values["promised"] = elements.get("promised") or values["statutory"]
    values["handling"] = [_handling(h, identity.impl_code) for h in elements.get("handling") or [_single(values["name"])]]
    return from_json(values)


def _single(name: str) -> dict[str, Any]:
    return {"code": "01", "name": name, "when": [], "materials": [], "fields": []}


def _handling(row: dict[str, Any], impl_code: str) -> dict[str, Any]:
    return {**row, "code": impl_code + row["code"]}


_FIELDS = frozenset(f.name for f in fields(CompiledItem))
_EMPTY: dict[str, Any] = {
    "name": "", "org_nature": "1", "kind": "2", "basis": [], "statutory": asdict(Limit(0)), "conditions": [], "flow_text": [],
    "form": [], "materials": [], "fees": [], "steps": [], "questions": [], "special": [], "audience": [], "channels": [],
    "themes": [], "scope_of_service": "无", "visits": 0, "online": False, "appointment": False, "express": False,
    "pay_online": False, "consult": True, "correction_in_examination": False, "result_name": "", "result_type": "其他",
    "result_sample": "", "places": [], "phone_consult": "", "phone_supervise": "", "faq": [], "joint_orgs": [], "example": [],
    "wording": {},
}  # fmt: skip


def digest_body(item: CompiledItem) -> bytes:
    """The bytes whose SM3 is the version's digest: the same on every node, and on programs that know more fields.

    What a version's parts leave at its usual value stands outside, so that a field added later changes no digest.
    """
    return canonical({k: v for k, v in _plain(_sparse(item)).items() if k not in LOCAL})


def _sparse(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_sparse(v) for v in value]
    if is_dataclass(value):
        return {f.name: _sparse(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != _usual(f)}
    return value


def _usual(slot: Field[Any]) -> Any:
    return slot.default_factory() if slot.default_factory is not MISSING else slot.default


def to_json(item: CompiledItem) -> dict[str, Any]:
    """Plain JSON values; `from_json` gives the item back."""
    return _plain(asdict(item))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (date, UUID)):
        return str(value)
    return value


def from_json(raw: Mapping[str, Any]) -> CompiledItem:
    """A compiled item from its JSON; keys it does not know are left out, so that older code reads newer versions."""
    return _build(CompiledItem, raw)


@lru_cache(maxsize=64)
def _hints(cls: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(cls)
    return tuple((f.name, hints[f.name], f.default is MISSING and f.default_factory is MISSING) for f in fields(cls))


def _build(cls: type, raw: Mapping[str, Any]) -> Any:
    return cls(**{name: _value(hint, raw[name]) for name, hint, _needed in _hints(cls) if name in raw})


def _value(hint: Any, raw: Any) -> Any:
    if raw is None or hint is Any:
        return raw
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(next(a for a in args if a is not type(None)), raw)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_value(args[0], v) for v in raw)
        return tuple(_value(a, v) for a, v in zip(args, raw, strict=True))
    if is_dataclass(hint):
        return raw if isinstance(raw, hint) else _build(hint, raw)  # type: ignore[arg-type]  # a dataclass type, not an instance
    if hint is date and isinstance(raw, str):
        return date.fromisoformat(raw)
    if hint is UUID and isinstance(raw, str):
        return UUID(raw)
    return raw


def shaped(element: str, rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    """The rows of an element as its dataclass."""
    return tuple(_build(SHAPES[table().elements[element].shape], row) for row in rows)


def ended(item: CompiledItem, on: date | None) -> CompiledItem:
    """The same version with the day from which it is no longer in force."""
    return item if item.cancelled_on == on else replace(item, cancelled_on=on)


def check_identity(base_code: str, type_code: str, org_uscc: str, level: str) -> list[FieldFault]:
    """Whether the codes build a 实施编码 that holds."""
    verdict = codes.check_base(base_code)
    if not verdict:
        return [fault("base_code", verdict.code, **verdict.data)]
    if codes.parse_base(base_code).type != type_code:
        return [fault("base_code", "items.type_digits", found=codes.parse_base(base_code).type, type=type_code)]
    verdict = codes.check_implementation(codes.make(org_uscc, level, base_code))
    return [] if verdict else [fault("impl_code", verdict.code, **verdict.data)]
