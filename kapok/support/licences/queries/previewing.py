"""制证 preview: what a case's licence would say, before it is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, NotHere
from kapok.kernel.ofd.public import svg_of
from kapok.kernel.orgs.public import Org
from kapok.kernel.parties.public import identity_of, party
from kapok.support.licences.data import TypeFacts
from kapok.support.licences.queries.drawing import preview
from kapok.support.licences.queries.glyphs import glyph_faults
from kapok.support.licences.rules.values import Given, fill, holders_of, valid_until


@dataclass(frozen=True)
class Previewed:
    """The pages as SVG, what stands on them (label → value), and every fault that would stop the issue."""

    pages: tuple[str, ...]
    face: Mapping[str, str]
    faults: tuple[FieldFault, ...]
    valid_to: date | None


def preview_for_case(
    type: TypeFacts, *, holder: UUID, org: int, answers: Mapping[str, Any], valid_from: date | None = None, valid_to: date | None = None,
    case_number: str = "", item_name: str = "",
) -> Previewed:  # fmt: skip
    """The licence a case would end in. Unguarded: the caller works on the case. Nothing is stored and no number is taken."""
    owner, body = party(holder), Org.objects.filter(id=org).first()
    if owner is None or body is None:
        raise NotHere("licences.preview")
    who, today = identity_of(owner), clock.today()
    begins = valid_from or today
    until = valid_until(type, begins, valid_to)
    given = Given(
        answers, who.name, who.number, who.number_type, body.name, body.uscc, begins, until, today, "（签发时生成）", "（签发时生成）",
        case_number, item_name,
    )  # fmt: skip
    values, faults = fill(type, given)
    faults = faults or glyph_faults(type, values)
    face = {each.label: values[each.key] for each in type.fields}
    if faults:
        return Previewed((), face, tuple(faults), until)
    holders = holders_of(type, values, replace(given, number="（签发时生成）"))
    drawing = preview(type, values, issuer=body.name, issuer_code=body.uscc, holder=holders[0], valid_from=begins, valid_to=until)
    return Previewed(
        tuple(svg_of(page, drawing, title=type.name, prefix=f"pv{n}") for n, page in enumerate(drawing.pages)), face, (), until
    )
