"""Materials handed in, against what the item asks: presence, file types, sizes, paper counts; every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kapok.kernel.common.errors import FieldFault, sentences
from kapok.services.intake.data import GivenMaterial

if TYPE_CHECKING:
    from kapok.services.items.public import Material

METHODS = frozenset({"upload", "paper", "licence", "promised", "tolerated"})
"""How a material comes: file, counter, an electronic licence, or later: by 告知承诺 or 容缺."""
MEGABYTE = 1024 * 1024
MOST_COPIES = 999


def check_materials(
    asked: tuple[Material, ...],
    given: Sequence[GivenMaterial],
    *,
    marked: frozenset[str] | None = None,
    named: frozenset[str] = frozenset(),
) -> list[FieldFault]:
    """Faults of what was handed in. `marked`: an answer to a 补正告知, in which only these may come, and all of them must.

    `named`: materials for which a licence of this platform stands; who hands in a licence for one of these says which.
    """
    by_key = {material.key: material for material in asked}
    faults: list[FieldFault] = []
    seen: set[str] = set()
    for one in given:
        material = by_key.get(one.key)
        if material is None:
            faults.append(_fault(one.key[:64], "material.unknown", key=one.key[:64]))
        elif one.key in seen:
            faults.append(_fault(one.key, "material.twice", label=material.name))
        elif marked is not None and one.key not in marked:
            faults.append(_fault(one.key, "material.locked", label=material.name))
        elif one.method == "licence" and one.key in named and not one.licence:
            faults.append(_fault(one.key, "material.licence", label=material.name))
        else:
            faults += _one(material, one)
        seen.add(one.key)
    for material in asked:
        wanted = material.key in marked if marked is not None else material.required and material.source != "government"
        if wanted and material.key not in seen:
            faults.append(_fault(material.key, "material.required", label=material.name))
    return faults


def _one(material: Material, given: GivenMaterial) -> list[FieldFault]:
    if given.method not in METHODS:
        return [_fault(material.key, "material.method", label=material.name)]
    if not (0 <= given.originals <= MOST_COPIES and 0 <= given.copies <= MOST_COPIES):
        return [_fault(material.key, "material.count", label=material.name, most=MOST_COPIES)]
    if given.method == "paper":
        return _paper(material, given)
    if given.method != "upload":
        return []
    if not given.files:
        return [_fault(material.key, "material.required", label=material.name)]
    return [fault for media_type, size in given.files for fault in _file(material, media_type, size)]


def _paper(material: Material, given: GivenMaterial) -> list[FieldFault]:
    faults = []
    if given.originals < material.originals:
        faults.append(_short(material, "material.originals", material.originals, given.originals))
    if given.copies < material.copies:
        faults.append(_short(material, "material.copies", material.copies, given.copies))
    if not faults and given.originals + given.copies <= 0:
        faults.append(_fault(material.key, "material.required", label=material.name))
    return faults


def _short(material: Material, code: str, needed: int, got: int) -> FieldFault:
    return _fault(material.key, code, label=material.name, needed=needed, given=got)


def _file(material: Material, media_type: str, size: int) -> list[FieldFault]:
    faults = []
    if media_type not in material.accept:
        faults.append(_fault(material.key, "material.type", label=material.name, given=media_type))
    if size <= 0:
        faults.append(_fault(material.key, "material.empty_file", label=material.name))
    if size > material.max_megabytes * MEGABYTE:
        faults.append(_fault(material.key, "material.too_large", label=material.name, longest=material.max_megabytes))
    return faults


def _fault(key: str, code: str, /, **data: Any) -> FieldFault:
    return FieldFault(key, code, str(sentences.get(code, code)).format(**data))
