"""How organisations come, change and end."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.verdicts import refuse
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs import rules
from kapok.kernel.orgs.data import OrgFields, SystemDuty
from kapok.kernel.orgs.errors import NoSuchOrg
from kapok.kernel.orgs.events import DutyGiven, OrgChanged, OrgCreated, OrgDissolved
from kapok.kernel.orgs.models import Duty, FormerName, Org, Post
from kapok.kernel.orgs.queries import subtree
from kapok.kernel.regions.public import normalise, region, require
from kapok.kernel.search.public import bigrams, pinyin_key


@action("orgs.create")
def create_org(fields: OrgFields, *, by: By) -> Org:
    """Enter an organisation; its credit code and its name in the region are free."""
    require(by, "orgs.manage")
    fields = _checked(fields, None)
    made = Org.objects.create(**_columns(fields))
    record(by, OrgCreated(made.id, made.uscc, made.name, made.region_id), about=org_uuid(made.id), kind="org")
    return made


@action("orgs.change")
def change_org(org_id: int, fields: OrgFields, *, by: By) -> Org:
    """Correct or rename an organisation; saying the same again changes and records nothing."""
    require(by, "orgs.manage")
    there = _standing(org_id)
    fields = _checked(fields, there)
    after = _columns(fields)
    differing = {name: value for name, value in after.items() if getattr(there, name) != value}
    if not differing:
        return there
    before = {name: getattr(there, name) for name in differing}
    if "name" in differing:
        FormerName.objects.create(org=there, name=there.name, until=clock.today())
    for name, value in differing.items():
        setattr(there, name, value)
    there.save(update_fields=[*differing])
    told = [name for name in differing if name not in ("terms", "sort_key")]
    event = OrgChanged(there.id, {name: before[name] for name in told}, {name: after[name] for name in told})
    record(by, event, about=org_uuid(there.id), kind="org")
    return there


@action("orgs.rename")
def rename_org(org_id: int, name: str, short_name: str = "", *, by: By) -> Org:
    """Give an organisation another name; the old one stays findable."""
    there = _standing(org_id)
    return change_org(org_id, replace(fields_of(there), name=name, short_name=short_name or name[:60]), by=by)


@action("orgs.dissolve")
def dissolve_org(org_id: int, on: date, reason: str, *, by: By, successor: int | None = None) -> Org:
    """End an organisation; those below go to its successor, without one it must have none below."""
    require(by, "orgs.manage")
    there = _standing(org_id)
    if not reason.strip():
        refuse("orgs.reason_missing", status=422).or_raise()
    if on > clock.today():
        refuse("orgs.day_ahead", today=clock.today().isoformat()).or_raise()
    if successor == org_id:
        refuse("orgs.successor_itself").or_raise()
    if successor is not None:
        _standing(successor)
        if successor in subtree(org_id):
            refuse("orgs.circle").or_raise()
    below = Org.objects.filter(parent=org_id, dissolved_on=None)
    if successor is None and below.exists():
        refuse("orgs.no_successor", name=there.name).or_raise()
    below.update(parent=successor)
    there.dissolved_on, there.successor_id = on, successor
    there.save(update_fields=["dissolved_on", "successor"])
    record(by, OrgDissolved(org_id, successor, on.isoformat(), reason.strip()), about=org_uuid(org_id), kind="org")
    return there


@action("orgs.create_post")
def create_post(org_id: int, title: str, *, by: By) -> Post:
    """Enter a position; the same title again is the same position."""
    require(by, "orgs.manage")
    there = _standing(org_id)
    post, made = Post.objects.get_or_create(org=there, title=title.strip())
    if made:
        record(by, OrgChanged(org_id, {}, {"post": post.title}), about=org_uuid(org_id), kind="org")
    return post


@action("orgs.give_duty")
def give_duty(org_id: int, system: int, duty: SystemDuty, *, by: By) -> Duty:
    """Put an organisation in charge of a system (ending who was before), or say that it operates or uses it."""
    require(by, "orgs.manage")
    there = _standing(org_id)
    if duty is SystemDuty.IN_CHARGE:
        Duty.objects.filter(system=system, duty=duty).exclude(org=there).delete()
    given, made = Duty.objects.get_or_create(org=there, system=system, duty=duty, defaults={"since": clock.today()})
    if made:
        record(by, DutyGiven(org_id, system, duty), about=org_uuid(org_id), kind="org")
    return given


def _standing(org_id: int) -> Org:
    found = Org.objects.select_for_update(of=("self",)).filter(id=org_id).first()
    if found is None:
        raise NoSuchOrg(org_id)
    if found.dissolved_on is not None:
        refuse("orgs.dissolved", name=found.name).or_raise()
    return found


def _checked(fields: OrgFields, there: Org | None) -> OrgFields:
    """The fields in their one writing, or the refusal."""
    fields = replace(fields, region=region(normalise(fields.region)).code, uscc=fields.uscc.strip().upper(), name=fields.name.strip())
    rules.well_said(fields).or_raise()
    others = Org.objects.filter(dissolved_on=None)
    if there is not None:
        others = others.exclude(id=there.id)
    same = others.filter(uscc=fields.uscc).first() if fields.uscc else None
    if same:
        refuse("orgs.uscc_taken", uscc=fields.uscc, name=same.name).or_raise()
    if others.filter(name=fields.name, region=fields.region).exists():
        refuse("orgs.name_taken", name=fields.name).or_raise()
    if fields.parent is not None:
        parent = Org.objects.filter(id=fields.parent).first()
        if parent is None:
            raise NoSuchOrg(fields.parent)
        if parent.dissolved_on is not None:
            refuse("orgs.parent_dissolved", name=parent.name).or_raise()
        if there is not None and fields.parent in subtree(there.id):
            refuse("orgs.circle").or_raise()
    return fields


def _columns(fields: OrgFields) -> dict[str, Any]:
    said = asdict(fields)
    said["region_id"], said["parent_id"] = said.pop("region"), said.pop("parent")
    return {
        **said,
        "kind": str(fields.kind),
        "short_name": fields.short_name or fields.name[:60],
        "orgcode": rules.orgcode_of(fields.uscc),
        "sort_key": pinyin_key(fields.name, 160),
        "terms": bigrams(f"{fields.name} {fields.short_name}"),
    }


def fields_of(org: Org) -> OrgFields:
    """What is said of an organisation now, for changing a part of it."""
    return OrgFields(
        org.name, org.kind, org.level, org.region_id, org.uscc, org.key, org.short_name, org.parent_id, org.nature, org.phone,
        org.address, org.hours, org.reviews,
    )  # fmt: skip


def org_uuid(org_id: int) -> UUID:
    """The id under which the journal knows an organisation."""
    return UUID(int=org_id)
