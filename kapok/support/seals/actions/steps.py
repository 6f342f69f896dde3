"""The steps of a seal's life (申请, 审批, 制作, 启用, 停用, 变更, 销毁): each checked against the table, done, and recorded."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kapok.kernel.access.public import scope_of
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import FieldFault, Invalid, Refused, sentences
from kapok.kernel.files.public import StoredFile
from kapok.kernel.journal.public import action, record
from kapok.kernel.numbers.public import Profile, profiles, take_text
from kapok.support.seals import rules
from kapok.support.seals.access import org_for, seal_for
from kapok.support.seals.events import SealMoved
from kapok.support.seals.models import Seal, SealStep

NAME, HOLDER, REASON = (2, 40), (2, 20), (2, 200)
SERIAL = profiles.put("seals.serial8", Profile("seals.serial8", width=8, letters=False))


@action("seals.apply")
def apply_for_seal(
    org: int, kind: str, name: str, *, holder: str = "", reason: str, file: StoredFile | None = None, by: By
) -> Seal:  # fmt: skip
    """Apply for a new seal of an agency (申请). Invalid names every wrong field."""
    office = org_for(by, org, "seals.apply")
    check_application(kind, name, holder, reason)
    seal = Seal(
        es_id=f"{office.region_id[:6]}{take_text(SERIAL.name, office.region_id[:6])}", kind=kind, name=name.strip(),
        holder=holder.strip(), org=office, scope=scope_of(office.id, office.region_id), region=office.region_id, state="",
        applied_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip
    seal.save(force_insert=True)
    return step(seal, "apply", reason=reason, file=file, by=by)


@action("seals.step")
def do_step(seal_id: UUID, key: str, *, reason: str, file: StoredFile | None = None, by: By) -> Seal:
    """Do a step that changes nothing but the state: apply again, approve, return, suspend, drop a change …"""
    wanted = rules.steps().get(key)
    if wanted is None or key in ("apply", "make", "apply_change", "carry_out"):
        raise Refused("seals.wrong_step", state="", step=key[:20])
    seal = seal_for(by, seal_id, wanted.deed, lock=True)
    check_reason(reason)
    return step(seal, key, reason=reason, file=file, by=by)


@action("seals.enable")
def enable_seal(seal_id: UUID, *, reason: str, file: StoredFile | None = None, by: By) -> Seal:
    """Take a made or suspended seal into use (启用); a unit has one of a kind in use."""
    return do_step(seal_id, "enable", reason=reason, file=file, by=by)


@action("seals.suspend")
def suspend_seal(seal_id: UUID, *, reason: str, file: StoredFile | None = None, by: By) -> Seal:
    """Stop a seal from being used (停用); every process refuses from the commit on."""
    return do_step(seal_id, "suspend", reason=reason, file=file, by=by)


@action("seals.apply_change")
def apply_for_change(
    seal_id: UUID, kind: str, *, name: str = "", reason: str, file: StoredFile | None = None, by: By
) -> Seal:  # fmt: skip
    """Apply for another name, a new certificate, a new picture, or the destruction of a seal (变更, 销毁)."""
    seal = seal_for(by, seal_id, "seals.apply", lock=True)
    if kind not in rules.table()["change_kinds"]:
        raise Invalid([fault("change_kind", "seals.kind_unknown")])
    faults = [] if _long(reason, REASON) else [fault("reason", "seals.no_reason")]
    if kind == "rename" and not _long(name, NAME):
        faults.append(fault("name", "seals.name"))
    if faults:
        raise Invalid(faults)
    seal.change_kind, seal.change_name = kind, name.strip() if kind == "rename" else ""
    return step(seal, "apply_change", reason=reason, file=file, by=by, fields=("change_kind", "change_name"))


def step(seal: Seal, key: str, *, reason: str, file: StoredFile | None, by: By, fields: tuple[str, ...] = ()) -> Seal:
    """Check a step and do it, in the running action; the seal is locked or new. A new application begins a new round."""
    wanted = rules.steps()[key]
    if key in ("apply_change",):
        seal.round += 1
    rules.may_step(
        wanted, state=seal.state, change=seal.change, hand=hand_of(by), hands=_hands(seal), with_file=file is not None
    ).or_raise()  # fmt: skip
    if key == "enable":
        _only_one(seal)
    before = seal.state if wanted.on == "seal" else seal.change
    setattr(seal, "state" if wanted.on == "seal" else "change", wanted.after)
    seal.moved_at = clock.now()
    _saved(seal, ["state", "change", "round", "moved_at", *fields])
    SealStep.objects.create(
        seal=seal, round=seal.round, step=key, before=before, after=wanted.after, account=by.ref.account, doer=by.ref.label,
        org_id=by.ref.org, reason=reason.strip(), file=file, at=seal.moved_at,
    )  # fmt: skip
    record(by, SealMoved(seal.es_id, key, seal.state, seal.change, reason.strip()), about=seal.id, kind="seal")
    return seal


def hand_of(by: By) -> str:
    """Whose hand it is: the account, or the name of what has none."""
    return str(by.ref.account or by.ref.label)


def owner_of(seal: Seal) -> str:
    """What stands on the arc: the agency's name, with its department; of a personal seal the person's."""
    kind = rules.kinds()[seal.kind]
    if kind.holder == "person":
        return seal.holder
    return f"{seal.org.name}{seal.holder}"


def check_application(kind: str, name: str, holder: str, reason: str) -> None:
    """Invalid with every field of an application that does not hold."""
    known = rules.kinds().get(kind)
    faults = [] if known else [fault("kind", "seals.kind_unknown")]
    if not _long(name, NAME):
        faults.append(fault("name", "seals.name"))
    if known and known.holder and not _long(holder, HOLDER):
        faults.append(fault("holder", "seals.holder"))
    if known and not known.holder and holder.strip():
        faults.append(fault("holder", "seals.holder_not_wanted"))
    if not _long(reason, REASON):
        faults.append(fault("reason", "seals.no_reason"))
    if faults:
        raise Invalid(faults)


def check_reason(reason: str) -> None:
    """Nothing is done without a reason."""
    if not _long(reason, REASON):
        raise Invalid([fault("reason", "seals.no_reason")])


def fault(field: str, code: str, **data: Any) -> FieldFault:
    """A field's fault by the sentence of its code."""
    return FieldFault(field, code, str(sentences[code]).format(**data))


def _hands(seal: Seal) -> list[tuple[str, str]]:
    rows = SealStep.objects.filter(seal=seal, round=seal.round).values_list("step", "account", "doer")
    return [(done, str(account or doer)) for done, account, doer in rows]


def _saved(seal: Seal, fields: list[str]) -> None:
    """Of two of a kind that are taken into use in the same moment the second is refused by the table itself."""
    try:
        with transaction.atomic():
            seal.save(update_fields=fields)
    except IntegrityError as error:
        if "seals_one_in_use" not in str(error):
            raise
        raise _another(seal) from error


def _only_one(seal: Seal) -> None:
    others = Seal.objects.filter(org=seal.org_id, kind=seal.kind, holder=seal.holder, state=rules.IN_USE).exclude(id=seal.id)
    if others.exists():
        raise _another(seal)


def _another(seal: Seal) -> Refused:
    return Refused("seals.one_active", kind=rules.kind_names()[seal.kind])


def _long(text: str, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= len(text.strip()) <= bounds[1]
