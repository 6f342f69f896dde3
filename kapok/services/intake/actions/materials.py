"""The applicant's answer to a 补正告知: no act, a 材料 entry; the case stays 待补正 until a clerk takes it in."""

from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere, Refused
from kapok.kernel.crypto.public import seal_json, unseal_json
from kapok.kernel.journal.public import action, record
from kapok.services.intake import rules
from kapok.services.intake.access import Locked, is_applicant, locked_for
from kapok.services.intake.actions.apply import Given
from kapok.services.intake.data import GivenMaterial
from kapok.services.intake.events import MaterialsHanded
from kapok.services.intake.models import Case, Dossier, Handed


@action("intake.hand_in")
def hand_in(case_id: UUID, answers: dict[str, Any], materials: tuple[Given, ...], *, by: Actor) -> None:
    """Hand in what the 补正告知 asked: only the marked fields may change, only the marked materials come in."""
    case = locked_for(by, case_id)
    if not is_applicant(by, case.applicant, case.agent) and not by.may("intake.receive", case):
        raise NotHere("intake.case", id=case_id)
    if case.state != "correcting":
        raise Refused("intake.nothing_to_correct")
    fields = frozenset(fault["key"] for fault in case.marked if fault["kind"] == "field")
    wanted = frozenset(fault["key"] for fault in case.marked if fault["kind"] == "material")
    changed = _correct_answers(case, answers, fields) if fields else []
    _take(case, materials, wanted)
    Case.objects.filter(id=case_id).update(answered=True)
    event = MaterialsHanded(str(case_id), [m.key for m in materials], changed, clock.now().isoformat(), answers_correction=True)
    record(by, event, about=case_id, kind="case")


def _correct_answers(case: Locked, answers: dict[str, Any], fields: frozenset[str]) -> list[str]:
    dossier = Dossier.objects.get(case_id=case.id)
    body = unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier")
    before = body["answers"]
    checked = rules.check_correction(case.item.form, before, {**before, **answers}, fields, today=clock.today())
    if checked.faults:
        raise Invalid(checked.faults)
    body["answers"] = checked.values
    Dossier.objects.filter(case_id=case.id).update(sealed=seal_json(dossier.subject, body, about="intake.dossier"))
    return [key for key in fields if before.get(key) != checked.values.get(key)]


def _take(case: Locked, materials: tuple[Given, ...], wanted: frozenset[str]) -> None:
    asked = tuple(material for material in case.item.materials if material.key in wanted)
    given = [GivenMaterial(g.key, g.method, tuple((m, s) for _, m, s in g.files), g.originals, g.copies) for g in materials]
    faults = rules.check_materials(asked, given, marked=wanted)
    if faults:
        raise Invalid(faults)
    names = {material.key: material.name for material in asked}
    Handed.objects.bulk_create(
        Handed(case_id=case.id, key=g.key, name=names[g.key], method=g.method, originals=g.originals, copies=g.copies,
               files=[f[0] for f in g.files], at=clock.now())
        for g in materials
    )  # fmt: skip
