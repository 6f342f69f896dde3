"""Making items and drafts, and saving elements in any order, as far as one has got."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from kapok.kernel.access.public import Actor, scope_of
from kapok.kernel.common import clock
from kapok.kernel.common.codes import item as codes
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid
from kapok.kernel.common.verdicts import refuse
from kapok.kernel.inherit.public import MISSING, Origin, may_set, own_part, values
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs.public import Org
from kapok.services.items.access import item_for, version_for, version_to_review
from kapok.services.items.errors import CodeTaken, Moved, fault
from kapok.services.items.events import Commented, DraftDeleted, DraftOpened, ElementsSaved, ItemCreated
from kapok.services.items.models import OPEN, BaseItem, FieldComment, Item, ItemVersion, State
from kapok.services.items.queries.filling import delegated_elements, may_fill
from kapok.services.items.queries.resolving import layers_of, origins_of
from kapok.services.items.rules import life
from kapok.services.items.rules.cleaning import clean
from kapok.services.items.rules.compiling import check_identity
from kapok.services.items.rules.crossing import crossing_faults
from kapok.services.items.rules.table import table, word


@dataclass(frozen=True)
class _Place:
    """An agency before its item exists, for the question whether one may create it there."""

    scope: int

    def places(self) -> list[tuple[int, int]]:
        return [(self.scope, 0)]


@action("items.create")
def create_item(base: BaseItem, org: Org, *, level: str = "", region: str = "", entrusted_by: int | None = None, by: Actor) -> Item:
    """An agency takes up a base item: its 实施清单 with 实施编码. No version yet; CodeTaken if the code exists."""
    level, region = level or str(org.level), region or org.region_id
    scope = scope_of(org.id, region)
    if not by.may("items.edit", _Place(scope)):
        raise Forbidden(deed="items.edit")
    faults = check_identity(base.base_code, base.type_code, org.uscc, level)
    if org.dissolved_on is not None and org.dissolved_on <= clock.today():
        faults.append(fault("org_uscc", "items.dissolved_org", title="实施主体", found=org.name))
    if base.levels and level not in base.levels:
        faults.append(fault("level", "items.level_not_listed", level=word("level", level)))
    if faults:
        raise Invalid(faults)
    try:
        with transaction.atomic():
            item = Item.objects.create(
                base=base, org=org, region_id=region, level=level, name=base.name, scope=scope, made_at=clock.now(),
                impl_code=codes.make(org.uscc, level, base.base_code), entrusted_by_id=entrusted_by,
                entrust_scope=scope_of(entrusted_by, Org.objects.get(id=entrusted_by).region_id) if entrusted_by else None,
            )  # fmt: skip
    except IntegrityError:
        raise CodeTaken(code=codes.make(org.uscc, level, base.base_code)) from None
    record(by, ItemCreated(item.impl_code), about=item.uuid, kind="items.item")
    return item


@action("items.open_draft")
def open_draft(impl_code: str, *, by: Actor) -> ItemVersion:
    """A new version to work on, begun from the last published one. One open version per item (items.draft_exists)."""
    item = item_for(by, impl_code, "items.edit")
    Item.objects.select_for_update().get(id=item.id)
    there = ItemVersion.objects.filter(item=item, state__in=OPEN).first()
    if there is not None:
        refuse("items.draft_exists", number=there.number).or_raise()
    last = ItemVersion.objects.filter(item=item, state=State.PUBLISHED).order_by("-number").first()
    number = (ItemVersion.objects.filter(item=item).aggregate(Max("number"))["number__max"] or 0) + 1
    version = ItemVersion.objects.create(
        item=item, number=number, elements=last.elements if last else {}, above=_above(item), made_at=clock.now(), edited_at=clock.now()
    )
    record(by, DraftOpened(impl_code, number), about=version.id, kind="items.version")
    return version


def _above(item: Item) -> list[list[Any]]:
    return [[layer.key, layer.number] for layer in layers_of(item.base_id, item.region_id)]


@action("items.save_elements")
def save_elements(version_id: UUID, given: Mapping[str, Any], *, revision: int | None = None, by: Actor) -> ItemVersion:
    """Save some elements of a draft, whole values; what equals the value from above, or is empty, is not kept as one's own.

    Nothing is saved when anything is wrong (Invalid names every fault). `revision` is the one the form was made from (Moved).
    """
    version = version_for(by, version_id, "items.edit", lock=True)
    life.may_edit(version.state).or_raise()
    if revision is not None and revision != version.revision:
        raise Moved(id=version_id)
    done, faults = clean(given)
    layers = layers_of(version.item.base_id, version.item.region_id)
    now_has = origins_of(version, layers)
    above = origins_of(ItemVersion(item=version.item, elements={}), layers)
    emptied = [key for key in given if key in table().elements and key not in done and key in version.elements]
    changes = {key: value for key, value in done.items() if now_has[key].how == "absent" or now_has[key].value != value}
    wrong = {f.field.partition(".")[0] for f in faults}
    faults += _refused(by, version, {**changes, **dict.fromkeys(k for k in emptied if k not in wrong)}, above)
    faults += org_faults(done)
    whole = {**values(now_has), **changes}
    whole.update({key: above[key].value for key in emptied})
    faults += crossing_faults(whole, {**changes, **dict.fromkeys(emptied)}, version.item.base.type_code)
    if faults:
        raise Invalid(faults)
    return _store(version, changes, emptied, above, by)


def _refused(by: Actor, version: ItemVersion, changes: Mapping[str, Any], above: Mapping[str, Origin]) -> list[FieldFault]:
    """What this actor may not fill, and what stands locked above."""
    delegated = delegated_elements(by, version.item)
    faults = []
    for key, value in changes.items():
        element = table().elements[key]
        verdict = may_fill(by, version.item, element, above[key], delegated)
        if verdict and value is not None:
            verdict = may_set(above[key], value)
        if not verdict:
            faults.append(fault(key, verdict.code, **{"title": element.title, **verdict.data}))
    return faults


def org_faults(done: Mapping[str, Any]) -> list[FieldFault]:
    """Agencies named by credit code must stand."""
    wanted = {code: key for key in ("collect_orgs", "joint_org_codes") for code in done.get(key, ())}
    known = {org.uscc: org for org in Org.objects.filter(uscc__in=wanted).order_by("-dissolved_on")} if wanted else {}
    faults = []
    for code, key in wanted.items():
        title = table().elements[key].title
        if code not in known:
            faults.append(fault(key, "items.unknown_org", title=title, found=code))
        elif known[code].dissolved_on is not None:
            faults.append(fault(key, "items.dissolved_org", title=title, found=code))
    return faults


def _store(version: ItemVersion, changes: Mapping[str, Any], emptied: list[str], above: Mapping[str, Origin], by: Actor) -> ItemVersion:
    for key in emptied:
        version.elements.pop(key, None)
    for key, value in changes.items():
        part = own_part(above[key], value)
        if part is MISSING:
            version.elements.pop(key, None)
        else:
            version.elements[key] = part
    if not changes and not emptied:
        return version
    version.revision += 1
    version.edited_at = clock.now()
    version.state = State.DRAFT
    if by.account is not None and by.account not in version.editors:
        version.editors.append(by.account)
    version.above = _above(version.item)
    version.save(update_fields=["elements", "revision", "edited_at", "state", "editors", "above"])
    touched = tuple(sorted([*changes, *emptied]))
    record(by, ElementsSaved(version.item.impl_code, touched), about=version.id, kind="items.version")
    return version


@action("items.delete_draft")
def delete_draft(version_id: UUID, *, by: Actor) -> None:
    """Throw a draft away; its number is given again."""
    version = version_for(by, version_id, "items.edit", lock=True)
    life.may_delete(version.state).or_raise()
    record(by, DraftDeleted(version.item.impl_code, version.number), about=version.id, kind="items.version")
    version.delete()


@action("items.comment")
def comment(version_id: UUID, element: str, text: str, *, by: Actor) -> FieldComment:
    """A remark on one element (path such as `materials.2`) of an open version."""
    version = version_to_review(by, version_id, lock=True)
    if version.state == State.PUBLISHED:
        refuse("items.not_editable").or_raise()
    if element.partition(".")[0] not in table().elements:
        raise Invalid([fault("element", "items.unknown_element", key=element[:60])])
    if not text.strip():
        raise Invalid([fault("text", "items.required", title="意见")])
    if len(text) > 1000:
        raise Invalid([fault("text", "items.too_long", title="意见", most=1000, length=len(text))])
    said = FieldComment.objects.create(
        version=version, element=element, text=text.strip(), by=by.account, label=by.ref.label, at=clock.now()
    )  # fmt: skip
    record(by, Commented(version.item.impl_code, element), about=version.id, kind="items.version")
    return said


@action("items.resolve_comment")
def resolve_comment(comment_id: UUID, *, by: Actor) -> None:
    """The editor has dealt with a remark."""
    said = FieldComment.objects.filter(id=comment_id).first()
    version = version_for(by, said.version_id if said else comment_id, "items.edit")
    FieldComment.objects.filter(id=comment_id, resolved_at=None).update(resolved_at=clock.now())
    record(by, Commented(version.item.impl_code, said.element if said else ""), about=version.id, kind="items.version")
