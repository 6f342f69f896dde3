"""Materials after 申办: the answer to a 补正告知, and further ones where a state allows them. No act, a 材料 entry."""

from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, Refused
from kapok.kernel.crypto.public import seal_json, unseal_json
from kapok.kernel.journal.public import action, record
from kapok.services.intake import rules
from kapok.services.intake.access import Locked, is_applicant, locked_for
from kapok.services.intake.actions.apply import Given
from kapok.services.intake.actions.licensed import as_given, check_held, named_keys, use_held
from kapok.services.intake.data import Checked
from kapok.services.intake.events import MaterialsHanded
from kapok.services.intake.models import Case, Dossier, Handed
from kapok.services.intake.queries import state_rule
from kapok.services.items.public import Material


@action("intake.hand_in")
def hand_in(case_id: UUID, answers: dict[str, Any], materials: tuple[Given, ...], *, by: Actor) -> None:
    """Hand in what the 补正告知 asked: only the marked fields may change, only the marked materials come in; every fault at once."""
    case = locked_for(by, case_id)
    if not is_applicant(by, case.applicant, case.agent) and not by.may("intake.receive", case):
        raise NotHere("intake.case", id=case_id)
    if case.state != "correcting":
        raise Refused("intake.nothing_to_correct")
    fields = frozenset(fault["key"] for fault in case.marked if fault["kind"] == "field")
    wanted = frozenset(fault["key"] for fault in case.marked if fault["kind"] == "material")
    asked = tuple(material for material in case.item.materials if material.key in wanted)
    faults = _faulty(case, asked, materials, wanted)
    body, dossier = _opened(case)
    before, checked = body["answers"], Checked(body["answers"], [])
    if fields or answers:
        form = rules.choose(case.item, case.situation).fields
        checked = rules.check_correction(form, before, {**before, **answers}, fields, today=clock.today())
    if checked.faults or faults:
        raise Invalid([*checked.faults, *faults])
    changed = [key for key in sorted(fields) if before.get(key) != checked.values.get(key)]
    if checked.values != before:
        sealed = seal_json(dossier.subject, {**body, "answers": checked.values}, about="intake.dossier")
        Dossier.objects.filter(case_id=case.id).update(sealed=sealed)
    _keep(case, asked, materials, by)
    Case.objects.filter(id=case_id).update(answered=True)
    event = MaterialsHanded(str(case_id), [m.key for m in materials], changed, clock.now().isoformat(), answers_correction=True)
    record(by, event, about=case_id, kind="case")


EXTRA = "extra"
"""The key of a material nobody asked for."""
EXTRA_MATERIAL = Material(EXTRA, "补充材料", required=False)


@action("intake.supplement")
def supplement(case_id: UUID, materials: tuple[Given, ...], *, by: Actor) -> None:
    """Add files to an open case outside 补正, where the item allows it in the case's state; a material of the item's, or an extra one."""
    case = locked_for(by, case_id)
    if not is_applicant(by, case.applicant, case.agent):
        raise NotHere("intake.case", id=case_id)
    if case.closed_at or case.state == "correcting" or not state_rule(case.item.version_id, case.item.item_id, case.state).upload:
        raise Refused("intake.upload_not_allowed")
    given = {one.key for one in materials}
    asked = tuple(material for material in (*case.item.materials, EXTRA_MATERIAL) if material.key in given)
    faults = _faulty(case, asked, materials, frozenset(given))
    if faults:
        raise Invalid(faults)
    _keep(case, asked, materials, by)
    event = MaterialsHanded(str(case_id), [m.key for m in materials], [], clock.now().isoformat(), answers_correction=False)
    record(by, event, about=case_id, kind="case")


def _opened(case: Locked) -> tuple[dict[str, Any], Dossier]:
    dossier = Dossier.objects.get(case_id=case.id)
    return unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier"), dossier


def _faulty(case: Locked, asked: tuple[Material, ...], materials: tuple[Given, ...], wanted: frozenset[str]) -> list[FieldFault]:
    faults = rules.check_materials(asked, as_given(materials), marked=wanted, named=named_keys(asked))
    return faults + check_held(asked, materials, case.applicant)


def _keep(case: Locked, asked: tuple[Material, ...], materials: tuple[Given, ...], by: Actor) -> None:
    names = {material.key: material.name for material in asked}
    Handed.objects.bulk_create(
        Handed(case_id=case.id, key=g.key, name=names[g.key], method=g.method, originals=g.originals, copies=g.copies,
               files=[f[0] for f in g.files], licence=g.licence, at=clock.now())
        for g in materials
    )  # fmt: skip
    use_held(materials, names, item=case.item, case_number=case.serial, by=by)
