"""The checks a quality pack names. Each yields the place and what is found there."""

import re
from collections.abc import Iterator
from typing import Any

from kapok.services.items.data import NO_FEE, CompiledItem, HandlingItem
from kapok.services.items.rules.quality import Problem, checks
from kapok.services.items.rules.table import table, word
from kapok.services.items.rules.tree import check_tree

Params = dict[str, Any]
INSTANT = "1"
WIDTH = ("无", "全镇", "全县", "跨县", "全市", "跨市", "全省", "跨省", "全国")
_OWN_WIDTH = {"2": "全省", "3": "全市", "4": "全县", "5": "全镇", "6": "无"}
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千0-9]+[条款项]|〔\d{4}〕|\[\d{4}\]|全文|号")


@checks.add("promise_within_law")
def promise_within_law(item: CompiledItem, params: Params) -> Iterator[Problem]:
    if item.type_code == "20" and item.statutory.value == 0:
        return
    if item.promised.unit != item.statutory.unit:
        units = f"{word('unit', item.promised.unit)}≠{word('unit', item.statutory.unit)}"
        yield "promised.unit", units
    elif item.promised.value > item.statutory.value:
        yield "promised.value", f"{item.promised.value}>{item.statutory.value}"


@checks.add("material_has_source_and_basis")
def material_has_source_and_basis(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, material in enumerate(item.materials):
        if not material.basis:
            yield f"materials.{i}.basis", material.name
        if not material.source or (material.source == "other" and not (material.source_note or material.issuer)):
            yield f"materials.{i}.source", material.name


@checks.add("fee_has_basis")
def fee_has_basis(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, fee in enumerate(item.fees):
        if not fee.basis:
            yield f"fees.{i}.basis", fee.name


@checks.add("instant_has_no_waiting")
def instant_has_no_waiting(item: CompiledItem, params: Params) -> Iterator[Problem]:
    if item.kind == INSTANT:
        if item.promised.value != 0:
            yield "promised.value", str(item.promised.value)
        for i, step in enumerate(item.steps):
            if step.days:
                yield f"steps.{i}.days", step.name
    elif item.type_code in table().applied and item.promised.value == 0:
        yield "kind", word("kind", item.kind)


@checks.add("service_area_fits")
def service_area_fits(item: CompiledItem, params: Params) -> Iterator[Problem]:
    """Narrower than the own jurisdiction contradicts it; wider needs the net or agencies that receive elsewhere."""
    scope, own = item.scope_of_service, _OWN_WIDTH.get(item.level)
    if scope == "无" or own is None:
        return
    if WIDTH.index(scope) < WIDTH.index(own):
        yield "scope_of_service", f"{scope}<{own}"
    elif WIDTH.index(scope) > WIDTH.index(own) and not (item.online or item.collect_orgs or item.more.get("collect_org_codes")):
        yield "scope_of_service", f"{scope}>{own}"


@checks.add("no_vague_material")
def no_vague_material(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, material in enumerate(item.materials):
        if any(vague in material.name for vague in params["words"]):
            yield f"materials.{i}.name", material.name


@checks.add("situations_select_one")
def situations_select_one(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for found in check_tree(item.questions, item.handling):
        yield found.field, str(found.says)


@checks.add("names_resolve")
def names_resolve(item: CompiledItem, params: Params) -> Iterator[Problem]:
    fields = {f.key for f in item.form}
    for i, handling in enumerate(item.handling):
        for name in _dangling(item, handling):
            yield f"handling.{i}", name
    for i, shown in enumerate(item.form):
        for name, _choice in shown.shown_when:
            if name not in fields or name == shown.key:
                yield f"form.{i}.shown_when", name


def _dangling(item: CompiledItem, handling: HandlingItem) -> list[str]:
    named = (
        (handling.materials, {m.key for m in item.materials}),
        (handling.fields, {f.key for f in item.form}),
        (handling.steps, {s.key for s in item.steps}),
        (handling.fees, {f.name for f in item.fees} | {NO_FEE}),
    )
    return sorted(name for names, known in named for name in set(names) - known)


@checks.add("required_elements")
def required_elements(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for element in table().required(item.type_code):
        value = item.more.get(element.key) if element.more else getattr(item, element.key)
        if element.kind != "limit" and value in ("", (), [], None):
            yield element.key, element.title


@checks.add("steps_within_promise")
def steps_within_promise(item: CompiledItem, params: Params) -> Iterator[Problem]:
    total = sum(step.days or 0 for step in item.steps)
    if item.promised.unit == "work_day" and total > item.promised.value:
        yield "steps", f"{total}>{item.promised.value}"


@checks.add("online_can_be_done")
def online_can_be_done(item: CompiledItem, params: Params) -> Iterator[Problem]:
    by_net = {"2", "3"} & set(item.channels)
    if item.online and not by_net:
        yield "channels", "、".join(word("channels", c) for c in item.channels)
    if not item.online and by_net and item.type_code in table().applied:
        yield "online", word("channels", min(by_net))
    if set(item.channels) == {"1"} and item.visits == 0:
        yield "visits", "0"


@checks.add("extension_limited")
def extension_limited(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, special in enumerate(item.special):
        if special.kind == 1 and not special.days:
            yield f"special.{i}.days", special.name
        if special.kind == 1 and not special.basis:
            yield f"special.{i}.basis", special.name


@checks.add("choice_fields_have_options")
def choice_fields_have_options(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, asked in enumerate(item.form):
        if asked.type in ("choice", "choices") and len(asked.options) < 2:
            yield f"form.{i}.options", asked.label


@checks.add("no_vague_condition")
def no_vague_condition(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, condition in enumerate(item.conditions):
        if any(vague in condition for vague in params["words"]):
            yield f"conditions.{i}", condition[:40]


@checks.add("material_held_by_government")
def material_held_by_government(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, material in enumerate(item.materials):
        if material.source in ("government", "licence") and material.required and material.originals > 0 and material.form == "paper":
            yield f"materials.{i}.originals", material.name


@checks.add("visits_at_most_one")
def visits_at_most_one(item: CompiledItem, params: Params) -> Iterator[Problem]:
    if item.visits > params["most"]:
        yield "visits", str(item.visits)


@checks.add("has_faq")
def has_faq(item: CompiledItem, params: Params) -> Iterator[Problem]:
    if not item.faq:
        yield "faq", "0"


@checks.add("material_has_standard")
def material_has_standard(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, material in enumerate(item.materials):
        if material.required and not material.standard:
            yield f"materials.{i}.standard", material.name


@checks.add("basis_names_article")
def basis_names_article(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, basis in enumerate(item.basis):
        if not _ARTICLE.search(basis):
            yield f"basis.{i}", basis[:40]


@checks.add("no_examples_left")
def no_examples_left(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for name in item.example:
        yield name, table().elements[name].title if name in table().elements else name


@checks.add("personal_fields_marked")
def personal_fields_marked(item: CompiledItem, params: Params) -> Iterator[Problem]:
    for i, asked in enumerate(item.form):
        if asked.type in ("citizen_id", "phone") and not asked.personal:
            yield f"form.{i}.personal", asked.label


@checks.add("promise_shorter_than_law")
def promise_shorter_than_law(item: CompiledItem, params: Params) -> Iterator[Problem]:
    if item.kind != INSTANT and item.statutory.value and item.promised == item.statutory:
        yield "promised", str(item.promised.value)


@checks.add("visits_explained")
def visits_explained(item: CompiledItem, params: Params) -> Iterator[Problem]:
    if item.visits > 0 and item.online and not item.more.get("visits_reason"):
        yield "visits_reason", str(item.visits)
