"""Old licences taken over in batches (存量导入): a kind of `kernel.imports`. Their trust is B to D until they are verified."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import JSONField, Model
from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import Actor, actor_of_account, scope_of, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.common.codes import licence as identifiers
from kapok.kernel.common.errors import KapokError
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import dumps, loads
from kapok.kernel.crypto.public import blind_index, ensure_keys, load_keys, seal_json, sm3
from kapok.kernel.files.public import store
from kapok.kernel.imports.public import Column, ImportKind, Row, RowFault, Run, Taken
from kapok.kernel.journal.public import action, record
from kapok.kernel.ofd.public import read_ofd
from kapok.kernel.orgs.public import Org
from kapok.kernel.parties.public import Party, mask_number
from kapok.support.licences.actions.issuing import masked
from kapok.support.licences.data import HolderFacts, TypeFacts
from kapok.support.licences.events import StockImported
from kapok.support.licences.models import DirectoryEntry, Holder, Licence, StatusEntry
from kapok.support.licences.queries.types import published
from kapok.support.licences.rules.metadata import HOLDER_TYPES, catalogue_holder, catalogue_record
from kapok.support.licences.rules.status import status_table
from kapok.support.licences.rules.values import LONG_TERM, split
from kapok.support.seals.public import EXTENDED, VALID, verify_file

STATES = {state.code: key for key, state in status_table().states.items() if state.code and key not in ("expired",)}
"""Exchange code → state; 05 失效 is what another system calls a licence that a newer one replaces."""
STATE_WORDS = {code: status_table().states[key].title for code, key in STATES.items()}


def _date_or_long(value: str) -> str:
    """A day, or 长期."""
    if value in (LONG_TERM, "9999-12-31", "99991231"):
        return ""
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return "licences.import_date"
    return ""


def _json(value: str) -> str:
    try:
        return "" if isinstance(loads(value), dict) else "licences.import_extend"
    except ValueError:
        return "licences.import_extend"


COLUMNS = (
    Column("ZZBS", "证照标识", longest=128, example="1.2.156.3005.2.…"),
    Column("ZZLXDM", "证照类型代码", required=True, longest=21, example="11440000MBK0100020103"),
    Column("ZZBH", "证照编号", required=True, longest=128),
    Column("CZZT", "持证主体", required=True, longest=500),
    Column("CZZTDM", "持证主体代码", required=True, longest=500),
    Column("CZZTDMLXDM", "持证主体代码类型代码", required=True, choices=tuple(HOLDER_TYPES), meanings=HOLDER_TYPES),
    Column("ZZBFJGDM", "证照颁发机构代码", required=True, longest=18),
    Column("ZZBFRQ", "证照颁发日期", required=True, form="date"),
    Column("ZZYXQQSRQ", "有效期起始日期", form="date", aliases=("ZZYXQQSSJ",)),
    Column("ZZYXQJZRQ", "有效期截止日期", longest=10, example="2031-11-03 或 长期", aliases=("ZZYXQJZSJ",), check=_date_or_long),
    Column("ZZZT", "证照状态", choices=tuple(sorted(STATES)), meanings=STATE_WORDS),
    Column("KXDJ", "可信等级", choices=("B", "C", "D"), example="C"),
    Column("KZ", "扩展字段（JSON）", longest=4000, check=_json, example='{"KZ_DZ": "示范路1号"}'),
)
SAYS: dict[str, Any] = {
    "licences.import_type": _("没有这个证照类型，或尚未发布。"),
    "licences.import_issuer": _("没有这个颁发机构，或不在您的管辖范围内。"),
    "licences.import_holder": _("持证主体代码有误。"),
    "licences.import_holders": _("持证主体与代码的个数不一致。"),
    "licences.import_later": _("颁发日期不能晚于今天。"),
    "licences.import_ends": _("有效期截止日期早于起始日期。"),
    "licences.import_taken": _("同类型已有编号相同且仍有效的证照。"),
    "licences.import_identifier": _("证照标识已属于另一份证照。"),
    "licences.import_twice": _("与本批第 {line} 行重复。"),
    "licences.import_date": _("应为日期或“长期”。"),
    "licences.import_extend": _("应为 JSON 对象，例如 {example}。"),
    "licences.import_file": _("文件没有证照元数据。"),
}  # fmt: skip


@dataclass(frozen=True)
class _World:
    """What a portion of rows is looked at against; read in a few statements."""

    types: Mapping[str, TypeFacts]
    issuers: Mapping[str, tuple[Org, int]]
    known: Mapping[str, tuple[str, str]]
    live: frozenset[tuple[str, str]]


def _world(run: Run, rows: Sequence[Row]) -> _World:
    by = actor_of_account(run.account) if run.account else system_actor("存量导入")
    wanted = {row.values["ZZBFJGDM"] for row in rows}
    orgs = Org.objects.filter(uscc__in=wanted, dissolved_on=None)
    issuers = {org.uscc: (org, scope_of(org.id, org.region_id)) for org in orgs}
    reach = by.reach("licences.import")
    allowed = {code: pair for code, pair in issuers.items() if by.kind == "system" or reach.covers(pair[1], 0)}
    names = [row.values.get("ZZBS", "") for row in rows if row.values.get("ZZBS")]
    numbers = [row.values["ZZBH"] for row in rows]
    known = {
        id: (code, number)
        for id, code, number in Licence.objects.filter(identifier__in=names).values_list("identifier", "type_code", "number")
    }
    live = Licence.objects.filter(number__in=numbers, state__in=Licence.LIVE).exclude(identifier__in=names)
    return _World(published()[2], allowed, known, frozenset(live.values_list("type_code", "number")))


def check_stock(run: Run, rows: Sequence[Row]) -> Iterable[RowFault]:
    """Everything wrong with some thousand rows, in a handful of statements."""
    world, faults = _world(run, rows), list[RowFault]()
    seen: dict[tuple[str, str], int] = {}
    named: dict[str, tuple[str, str]] = {}
    for row in rows:
        faults += _row_faults(row, world)
        key, identifier = (row.values["ZZLXDM"], row.values["ZZBH"]), row.values.get("ZZBS", "")
        if identifier and named.setdefault(identifier, key) != key:
            faults.append(RowFault(row.number, "ZZBS", "licences.import_identifier"))
        if _state(row) in Licence.LIVE:
            if key in seen:
                faults.append(RowFault(row.number, "ZZBH", "licences.import_twice", {"line": seen[key]}))
            seen.setdefault(key, row.number)
    return faults


def _row_faults(row: Row, world: _World) -> list[RowFault]:
    said, found = row.values, []
    if said["ZZLXDM"] not in world.types:
        found.append(("ZZLXDM", "licences.import_type"))
    if said["ZZBFJGDM"] not in world.issuers:
        found.append(("ZZBFJGDM", "licences.import_issuer"))
    names, numbers = split(said["CZZT"]), split(said["CZZTDM"])
    if not names or len(names) != len(numbers):
        found.append(("CZZTDM", "licences.import_holders"))
    elif any(len(number) > 64 or _wrong_number(number.upper(), said["CZZTDMLXDM"]) for number in numbers):
        found.append(("CZZTDM", "licences.import_holder"))
    if said["ZZBFRQ"] > clock.today().isoformat():
        found.append(("ZZBFRQ", "licences.import_later"))
    ends = _last_day(said)
    if ends and ends.isoformat() < (said.get("ZZYXQQSRQ") or said["ZZBFRQ"]):
        found.append(("ZZYXQJZRQ", "licences.import_ends"))
    known = world.known.get(said.get("ZZBS", ""))
    if known and known != (said["ZZLXDM"], said["ZZBH"]):
        found.append(("ZZBS", "licences.import_identifier"))
    if not known and _state(row) in Licence.LIVE and (said["ZZLXDM"], said["ZZBH"]) in world.live:
        found.append(("ZZBH", "licences.import_taken"))
    return [RowFault(row.number, column, code) for column, code in found]


def _wrong_number(number: str, kind: str) -> bool:
    return (kind == "111" and not citizen.check(number)) or (kind == "001" and not uscc.check(number))


def _last_day(said: Mapping[str, str]) -> date | None:
    text = said.get("ZZYXQJZRQ", "")
    return None if not text or text in (LONG_TERM, "9999-12-31", "99991231") else date.fromisoformat(text[:10])


def _state(row: Row) -> str:
    return STATES.get(row.values.get("ZZZT") or "01", Licence.VALID)


@action("licences.import")
def take_stock(run: Run, rows: Sequence[Row]) -> Taken:
    """Take some thousand rows: licences, holders, history and catalogue entries, a statement each.

    Checked once more: since the check other rows came in, of this batch or another, and a type may have been stopped.
    """
    world, faults = _world(run, rows), tuple(check_stock(run, rows))
    refused = {fault.number for fault in faults}
    same = frozenset(row.number for row in rows if row.values.get("ZZBS", "") in world.known and row.number not in refused)
    fresh = [row for row in rows if row.number not in same | refused]
    by = actor_of_account(run.account) if run.account else system_actor("存量导入")
    parties = _parties(fresh)
    made = [_made(row, world, parties) for row in fresh]
    ensure_keys([licence.subject for licence, _, _ in made if licence.subject == licence.id])
    load_keys([licence.subject for licence, _, _ in made])
    for (licence, holders, values), row in zip(made, fresh, strict=True):
        data = {"values": values, "holders": [[h.name, h.number, h.number_type] for h in holders]}
        licence.sealed = seal_json(licence.subject, data, about="licences.data")
        if row.file:
            _with_file(licence, run.open_file(row.file), by)
    copy_rows([licence for licence, _, _ in made])
    copy_rows([each for licence, holders, _ in made for each in _holder_rows(licence, holders)], leave=("id",))
    copy_rows([_first_step(licence, by) for licence, _, _ in made])
    copy_rows([_entry(licence, holders, world) for licence, holders, _ in made])
    record(by, StockImported(str(run.batch), len(made)), about=run.batch, kind="import")
    return Taken(same, faults)


def copy_rows(rows: Sequence[Model], *, leave: tuple[str, ...] = ()) -> None:
    """New rows of one table by COPY: a third of what an insert of as many rows costs. `leave`: columns the database fills."""
    if not rows:
        return
    fields = [each for each in rows[0]._meta.concrete_fields if each.column not in leave]
    json = {each.attname for each in fields if isinstance(each, JSONField)}
    names = ", ".join(f'"{each.column}"' for each in fields)
    with connection.cursor() as cursor, cursor.copy(f"copy {rows[0]._meta.db_table} ({names}) from stdin") as out:
        for row in rows:
            out.write_row([dumps(value) if name in json else value for name, value in _values_of(row, fields)])


def _values_of(row: Model, fields: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(each.attname, getattr(row, each.attname)) for each in fields]


def _parties(rows: Sequence[Row]) -> dict[bytes, UUID]:
    """The parties that are known here, by blind index of their number."""
    indexes = [blind_index(row.values["CZZTDMLXDM"], split(row.values["CZZTDM"])[0].upper()) for row in rows]
    return {bytes(index): id for id, index in Party.objects.filter(number_index__in=indexes).values_list("id", "number_index")}


def _made(row: Row, world: _World, parties: Mapping[bytes, UUID]) -> tuple[Licence, list[HolderFacts], dict[str, str]]:
    said = row.values
    type, (org, scope) = world.types[said["ZZLXDM"]], world.issuers[said["ZZBFJGDM"]]
    kind = said["CZZTDMLXDM"]
    holders = [HolderFacts(n, c.upper(), kind) for n, c in zip(split(said["CZZT"]), split(said["CZZTDM"]), strict=True)]
    id, owner = uuid7(), parties.get(blind_index(kind, holders[0].number))
    given = said.get("ZZBS") or ""
    verdict = identifiers.check(given) if given else None
    issued = date.fromisoformat(said["ZZBFRQ"])
    licence = Licence(
        id=id, identifier=given or identifiers.make(type.code, org.uscc, id.hex.upper()), lineage=id, type_code=type.code,
        type_version_id=type.id, name=type.name, number=said["ZZBH"], holder=owner, holder_name=masked(holders[0])[:200],
        subject=owner or id, org_id=org.id, issuer_name=org.name, issuer_code=org.uscc, region=org.region_id, scope=scope,
        issued_at=clock.at(issued), valid_from=date.fromisoformat(said.get("ZZYXQQSRQ") or said["ZZBFRQ"]), valid_to=_last_day(said),
        state=_state(row), source="imported", trust=said.get("KXDJ") or "D",
        warning="" if verdict is None or verdict else verdict.code,
    )  # fmt: skip
    return licence, holders, _values(type, said, holders[0])


def _values(type: TypeFacts, said: Mapping[str, str], holder: HolderFacts) -> dict[str, str]:
    """The face as far as the row tells it: extension fields by their names, what every licence has by its source."""
    extend = loads(said["KZ"]) if said.get("KZ") else {}
    known = {
        "party.name": holder.name, "party.number": holder.number, "issue.number": said["ZZBH"], "issue.date": said["ZZBFRQ"],
        "issue.from": said.get("ZZYXQQSRQ") or said["ZZBFRQ"], "issue.to": said.get("ZZYXQJZRQ") or LONG_TERM,
    }  # fmt: skip
    return {each.key: str(extend.get(each.meta) or known.get(each.source, "")) for each in type.fields}


def _with_file(licence: Licence, content: bytes, by: Actor) -> None:
    """A bundle's own file is kept; one whose seal holds raises the trust to B."""
    try:
        verdict = verify_file(content, name="licence.ofd").verdict
    except KapokError:
        verdict = None
    licence.trust = "B" if verdict in (VALID, EXTENDED) else "D"
    file = store(content, name=f"{licence.name} {licence.number}.ofd", media_type="application/ofd", subject=licence.subject, by=by)
    licence.ofd_id, licence.digest = file.id, sm3(content)


def _holder_rows(licence: Licence, holders: Sequence[HolderFacts]) -> list[Holder]:
    return [
        Holder(
            licence=licence,
            position=n,
            name_masked=masked(h)[:200],
            number_masked=h.number if h.number_type == "001" else mask_number(h.number),
            number_type=h.number_type,
            number_index=blind_index(h.number_type, h.number),
        )
        for n, h in enumerate(holders)
    ]


def _first_step(licence: Licence, by: Actor) -> StatusEntry:
    return StatusEntry(
        licence=licence, sequence=1, verb="import", state=licence.state, at=licence.issued_at, reason="存量导入", doer=by.ref.label,
        account=by.account,
    )  # fmt: skip


def _entry(licence: Licence, holders: Sequence[HolderFacts], world: _World) -> DirectoryEntry:
    record_of = catalogue_record(
        world.types[licence.type_code], region=licence.region, number=licence.number, identifier=licence.identifier,
        issuer=licence.issuer_name, issuer_code=licence.issuer_code, issued_on=clock.local(licence.issued_at).date(), state=licence.state,
    )  # fmt: skip
    now = clock.now()
    return DirectoryEntry(
        licence=licence, operation="import", region=licence.region, record=record_of, produced_at=now, received_at=now,
        sealed=seal_json(licence.subject, catalogue_holder(holders), about="licences.directory"),
    )  # fmt: skip


def read_file(name: str, content: bytes) -> Mapping[str, str]:
    """A row out of a bundle's OFD: its metadata, extension fields as one JSON text."""
    custom = read_ofd(content).custom_data
    if not custom.get("ZZBH"):
        raise NoMetadata()
    row = {column.name: custom.get(column.name) or next((custom[a] for a in column.aliases if a in custom), "") for column in COLUMNS}
    extend = {key: value for key, value in custom.items() if key.startswith("KZ_")}
    return row | ({"KZ": dumps(extend)} if extend else {})


class NoMetadata(KapokError):
    """The file of a bundle says nothing of a licence."""

    code, status = "licences.import_file", 422
    says = _("文件没有证照元数据。")


STOCK = ImportKind(
    key="licences.stock", title=_("证照存量"), deed="licences.import", columns=COLUMNS, key_columns=("ZZBS", "ZZLXDM", "ZZBH"),
    check_rows=check_stock, take=take_stock, group="ZZBFJGDM", read_file=read_file, says=SAYS,
    lead=_("按 GB/T 36903 元数据名的表格，或 OFD 证照资料包；导入的证照在核验前可信等级为 B 至 D。"),
)  # fmt: skip
