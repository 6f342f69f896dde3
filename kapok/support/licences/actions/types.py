"""Types: drafted, submitted, reviewed by another, published, stopped; and taken over from a file."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor, scope_of
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Conflict, FieldFault, Forbidden, Invalid, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs.public import Org
from kapok.support.licences.errors import SamePerson, TypeFrozen
from kapok.support.licences.events import TypeMoved
from kapok.support.licences.models import LicenceType, TypeVersion
from kapok.support.licences.queries.layouts import layout_faults
from kapok.support.licences.queries.types import forget_published
from kapok.support.licences.rules import spec as rules


@action("licences.draft_type")
def draft_type(org: int, code: str, spec: dict[str, Any], layout: str, *, by: Actor) -> TypeVersion:
    """Begin a type, or the next version of one, as a draft of the body that owns it. Faults of the code are refused; what the draft
    itself lacks is asked when it is submitted."""
    owner = Org.objects.select_related("region").filter(id=org, dissolved_on=None).first()
    if owner is None:
        raise NotHere("orgs.org", id=org)
    scope = scope_of(org, owner.region_id)
    faults = rules.code_faults(code)
    if faults:
        raise Invalid(faults)
    kind = LicenceType.objects.select_for_update().filter(code=code).first()
    if kind is None:
        definer = Org.objects.filter(uscc=code[:18], dissolved_on=None).first()
        kind = LicenceType(
            id=uuid7(), code=code, name=str(spec.get("name", ""))[:200], definer=code[:18],
            definer_name=str(spec.get("definer_name") or (definer.name if definer else ""))[:200], org=owner, scope=scope,
            created_at=clock.now(),
        )  # fmt: skip
        _allowed(by, kind, "licences.edit")
        kind.save(force_insert=True)
    else:
        _allowed(by, kind, "licences.edit")
    if TypeVersion.objects.filter(type=kind, state__in=[TypeVersion.DRAFT, TypeVersion.REVIEW]).exists():
        raise Conflict(type=code)
    number = (TypeVersion.objects.filter(type=kind).aggregate(last=Max("number"))["last"] or 0) + 1
    version = TypeVersion.objects.create(
        type=kind, number=number, spec=spec, layout=layout, edited_by=by.account, edited_by_name=by.ref.label, edited_at=clock.now()
    )
    return _moved(version, by)


def _allowed(by: Actor, kind: LicenceType, deed: str) -> None:
    """A connected system may draft and submit what its city owns; the review stays with a person here."""
    if not (by.may(deed, kind) or (deed == "licences.edit" and by.may("licences.connect", kind))):
        raise Forbidden(deed=deed)


@action("licences.save_type")
def save_type(version_id: UUID, spec: dict[str, Any], layout: str, *, by: Actor) -> TypeVersion:
    """Keep a draft as it is typed; only the draft, and only its type's editors."""
    version = _locked(version_id, by, "licences.edit")
    if version.state != TypeVersion.DRAFT:
        raise TypeFrozen(type=version.type.code)
    TypeVersion.objects.filter(id=version.id).update(
        spec=spec, layout=layout, edited_by=by.account, edited_by_name=by.ref.label, edited_at=clock.now()
    )
    version.refresh_from_db()
    return _moved(version, by)


@action("licences.submit_type")
def submit_type(version_id: UUID, *, by: Actor) -> TypeVersion:
    """草稿→审核; refused with every fault of description and layout."""
    version = _locked(version_id, by, "licences.edit")
    if version.state != TypeVersion.DRAFT:
        raise TypeFrozen(type=version.type.code)
    faults = faults_of(version)
    if faults:
        raise Invalid(faults)
    return _set(version, by, state=TypeVersion.REVIEW, opinion="")


def faults_of(version: TypeVersion) -> list[FieldFault]:
    """Everything wrong with a version, its items that another published type has, and its layout at its lines."""
    faults = rules.check(version.spec)
    if not faults:
        faults = _taken(version) + layout_faults(version.spec, version.layout)
    return faults


def _taken(version: TypeVersion) -> list[FieldFault]:
    """An item has one licence as its result."""
    mine = {str(each["code"]) for each in version.spec.get("items", [])}
    others = TypeVersion.objects.filter(state=TypeVersion.PUBLISHED).exclude(type=version.type_id).select_related("type")
    return [
        FieldFault("items", "licences.item_taken", f"事项 {each['code']} 已对应证照类型“{other.type.name}”。")
        for other in others.defer("layout") for each in other.spec.get("items", []) if str(each["code"]) in mine
    ]  # fmt: skip


@action("licences.review_type")
def review_type(version_id: UUID, agree: bool, opinion: str = "", *, by: Actor) -> TypeVersion:
    """审核→发布, or back to the draft with an opinion. Who edited may not review (403). The version published before is replaced."""
    version = _locked(version_id, by, "licences.review")
    if version.state != TypeVersion.REVIEW:
        raise Conflict(state=version.state)
    if by.account is not None and by.account == version.edited_by:
        raise SamePerson()
    named = {"reviewed_by": by.account, "reviewed_by_name": by.ref.label, "opinion": opinion[:300]}
    if not agree:
        if not opinion.strip():
            raise Invalid([FieldFault("opinion", "licences.reason_missing", _("请写明退回的理由。"))])
        return _set(version, by, state=TypeVersion.DRAFT, **named)
    now = clock.now()
    TypeVersion.objects.filter(type=version.type_id, state=TypeVersion.PUBLISHED).update(state=TypeVersion.REPLACED, ended_at=now)
    LicenceType.objects.filter(id=version.type_id).update(name=str(version.spec["name"])[:200])
    return _set(version, by, state=TypeVersion.PUBLISHED, published_at=now, **named)


@action("licences.stop_type")
def stop_type(version_id: UUID, reason: str, *, by: Actor) -> TypeVersion:
    """发布→停用: nothing more is issued under it; what was issued stays and verifies."""
    version = _locked(version_id, by, "licences.review")
    if version.state != TypeVersion.PUBLISHED:
        raise Conflict(state=version.state)
    if not reason.strip():
        raise Invalid([FieldFault("opinion", "licences.reason_missing", _("请写明停用的理由。"))])
    return _set(version, by, state=TypeVersion.STOPPED, ended_at=clock.now(), opinion=reason.strip()[:300])


def _locked(version_id: UUID, by: Actor, deed: str) -> TypeVersion:
    version = TypeVersion.objects.select_for_update(of=("self",)).select_related("type").filter(id=version_id).first()
    if version is None or not any(by.may(each, version.type) for each in ("licences.types", "licences.connect")):
        raise NotHere("licences.type", id=str(version_id))
    _allowed(by, version.type, deed)
    return version


def _set(version: TypeVersion, by: Actor, **columns: Any) -> TypeVersion:
    TypeVersion.objects.filter(id=version.id).update(**columns)
    version.refresh_from_db()
    return _moved(version, by)


def _moved(version: TypeVersion, by: Actor) -> TypeVersion:
    event = TypeMoved(version.type.code, version.number, version.state, version.opinion)
    record(by, event, about=version.type_id, kind="licence_type")
    transaction.on_commit(forget_published)
    forget_published()
    return version


def import_type(text: str, *, editor: Actor, reviewer: Actor) -> TypeVersion | None:
    """Take a type over from one file (description and layout), through the same verbs, and publish it; None when that is so already.

    The file names its owner by credit code (`owner`), its code, and its layout as a table `[layout]`.
    """
    said, faults = rules.read(text)
    if faults:
        raise Invalid(faults)
    code, owner = str(said.pop("code", "")), str(said.pop("owner", ""))
    layout, said = rules.cut_layout(text, said)
    org = Org.objects.filter(uscc=owner or code[:18], dissolved_on=None).first()
    if org is None:
        raise Invalid([FieldFault("owner", "licences.owner", f"没有统一社会信用代码为 {owner or code[:18]} 的机构。")])
    newest = TypeVersion.objects.filter(type__code=code).order_by("-number").first()
    standing = TypeVersion.objects.filter(type__code=code, state=TypeVersion.PUBLISHED).first()
    if standing is not None and (standing.spec, standing.layout) == (said, layout):
        return None
    if newest is not None and newest.state in (TypeVersion.DRAFT, TypeVersion.REVIEW):
        raise Conflict(type=code)
    with transaction.atomic():
        version = draft_type(org.id, code, said, layout, by=editor)
        submit_type(version.id, by=editor)
        return review_type(version.id, True, "导入", by=reviewer)
