"""The items file (format 1): one base item, the elements its implementers share, and one block per implementer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kapok.kernel.common.errors import FieldFault
from kapok.services.items.errors import fault
from kapok.services.items.rules.cleaning import clean
from kapok.services.items.rules.table import code_of, table

FORMAT = 1
_BASE = {"base_code", "name", "type_code", "levels", "power", "power_code", "basis", "policy"}
_OWN = {"org_uscc", "level", "region", "effective_on", "cancelled_on", "publish"}
EARLIEST = date(2025, 1, 1)


@dataclass(frozen=True)
class Implementer:
    org_uscc: str
    level: str
    region: str
    effective_on: date
    cancelled_on: date | None
    publish: bool
    elements: dict[str, Any]


@dataclass(frozen=True)
class ItemsFile:
    base_code: str
    name: str
    type_code: str
    levels: tuple[str, ...]
    power: str
    power_code: str
    rules: dict[str, str]
    shared: dict[str, Any]
    implement: tuple[Implementer, ...]


def read_items(raw: Mapping[str, Any]) -> tuple[ItemsFile | None, list[FieldFault]]:
    """A file's content, or every fault with its path."""
    faults: list[FieldFault] = []
    base = raw.get("base", {})
    unknown = [*(set(raw) - {"format", "base", "elements", "implement"}), *(f"base.{key}" for key in set(base) - _BASE)]
    faults += [fault(path, "items.unknown_column", key=path) for path in unknown]
    if raw.get("format") != FORMAT:
        faults.append(fault("format", "items.unknown_code", title="format", found=str(raw.get("format"))))
    absent = [key for key in ("base_code", "name", "type_code") if not isinstance(base.get(key), str) or not base[key].strip()]
    faults += [fault(f"base.{key}", "items.required", title=key) for key in absent]
    if faults:
        return None, faults
    shared = _elements(raw.get("elements", {}), "elements", faults)
    shared.setdefault("name", base["name"].strip())
    if "basis" in base:
        shared.setdefault("basis", clean({"basis": base["basis"]})[0].get("basis", []))
    levels = tuple(sorted(_coded("level", level, "base.levels", faults) for level in base.get("levels", ())))
    rules = {key: _coded("rule", rule, f"base.policy.{key}", faults) for key, rule in base.get("policy", {}).items()}
    type_code = _coded("type_code", base["type_code"], "base.type_code", faults)
    own = tuple(_implementer(row, f"implement.{i}", faults) for i, row in enumerate(raw.get("implement", ())))
    made = ItemsFile(
        base["base_code"], base["name"].strip(), type_code, levels, base.get("power", ""), base.get("power_code", ""), rules, shared, own
    )
    return (None if faults else made), faults


def _coded(code_set: str, value: Any, path: str, faults: list[FieldFault]) -> str:
    found = code_of(code_set, str(value))
    if found is None:
        faults.append(fault(path, "items.unknown_code", title=path, found=str(value)[:40]))
    return found or ""


def _elements(given: Mapping[str, Any], path: str, faults: list[FieldFault]) -> dict[str, Any]:
    flat = {**{k: v for k, v in given.items() if k != "more"}, **given.get("more", {})}
    done, found = clean(flat)
    faults += [FieldFault(f"{path}.{f.field}", f.code, f.says) for f in found]
    return done


def _implementer(row: Mapping[str, Any], path: str, faults: list[FieldFault]) -> Implementer:
    own = {key: value for key, value in row.items() if key not in _OWN}
    if not isinstance(row.get("org_uscc"), str):
        faults.append(fault(f"{path}.org_uscc", "items.required", title="org_uscc"))
    level = _coded("level", row["level"], f"{path}.level", faults) if "level" in row else ""
    return Implementer(
        str(row.get("org_uscc", "")).strip().upper(), level, str(row.get("region", "")),
        _day(row.get("effective_on"), f"{path}.effective_on", faults) or EARLIEST,
        _day(row.get("cancelled_on"), f"{path}.cancelled_on", faults),
        row.get("publish", True) is not False, _elements(own, path, faults),
    )  # fmt: skip


def _day(value: Any, path: str, faults: list[FieldFault]) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        faults.append(fault(path, "items.bad_date", title=path, found=str(value)[:40]))
        return None


def settle(file: ItemsFile) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What goes into the province's layer, and what is each implementer's own.

    An element that an implementer gives otherwise, though its rule forbids that, is kept out of the layer and given to each one.
    """
    layer = dict(file.shared)
    for key in file.shared:
        element = table().elements[key]
        rule = file.rules.get(key, element.rule)
        others = [own.elements[key] for own in file.implement if key in own.elements and own.elements[key] != file.shared[key]]
        if (rule == "locked" and others) or (rule == "extendable" and any(not _adds(file.shared[key], other) for other in others)):
            del layer[key]
    kept_out = {key: value for key, value in file.shared.items() if key not in layer}
    return layer, [{**kept_out, **own.elements} for own in file.implement]


def _adds(above: Any, whole: Any) -> bool:
    return isinstance(above, list) and isinstance(whole, list) and all(entry in whole for entry in above)
