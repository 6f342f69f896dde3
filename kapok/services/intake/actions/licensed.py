"""免提交: a licence the applicant holds stands for a material, so that nothing is uploaded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import FieldFault, sentences
from kapok.services.intake.data import GivenMaterial
from kapok.services.items.public import CompiledItem, Material
from kapok.support.licences.public import LicenceFacts, held_by, types_for_material, use_licence

if TYPE_CHECKING:
    from kapok.services.intake.actions.apply import Given


def as_given(given: Iterable["Given"]) -> list[GivenMaterial]:
    """What the rules judge of materials handed in."""
    return [
        GivenMaterial(g.key, g.method, tuple((media, size) for _, media, size in g.files), g.originals, g.copies, g.licence is not None)
        for g in given
    ]


def named_keys(materials: Iterable[Material]) -> frozenset[str]:
    """The materials for which a licence of this platform stands. No statement once the types are known."""
    return frozenset(each.key for each in materials if types_for_material(each.name))


def held_for(party: UUID | None, materials: Sequence[Material]) -> dict[str, list[LicenceFacts]]:
    """The licences a party holds that may stand for materials now, by the material's key; one statement, none if no type does."""
    codes = {each.key: frozenset(types_for_material(each.name)) for each in materials}
    wanted = frozenset().union(*codes.values())
    if party is None or not wanted:
        return {}
    held = [each for each in held_by(party, type_codes=sorted(wanted)) if each.usable]
    found = {key: [each for each in held if each.type_code in of] for key, of in codes.items()}
    return {key: each for key, each in found.items() if each}


def check_held(asked: Sequence[Material], given: Sequence["Given"], party: UUID) -> list[FieldFault]:
    """Faults of the licences named: each must be held by the applicant, usable now, and of a type that stands for the material."""
    named = {one.key: one.licence for one in given if one.licence is not None}
    if not named:
        return []
    held = held_for(party, [each for each in asked if each.key in named])
    labels = {each.key: each.name for each in asked}
    lost = [key for key, licence in named.items() if licence not in {each.id for each in held.get(key, ())}]
    return [FieldFault(key, "material.not_held", str(sentences["material.not_held"]).format(label=labels.get(key, key))) for key in lost]


def use_held(given: Iterable["Given"], names: Mapping[str, str], *, item: CompiledItem, case_number: str, by: Actor) -> None:
    """Log each licence used instead of a file, in the transaction of the hand-in; the holder reads it, the office opens the copy."""
    mode = "holder" if by.for_party else "duty"
    for one in given:
        if one.licence is not None:
            ground = f"申办材料：{names[one.key]}"
            use_licence(
                one.licence, mode, item_code=item.impl_code, item_name=item.name, case_number=case_number, ground=ground, result="file",
                by=by,
            )  # fmt: skip
