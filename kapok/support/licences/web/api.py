"""The API of licences for connected systems: types, licences pushed or made here, status, query."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from kapok.kernel.access.public import Actor
from kapok.kernel.api.public import Key, first_answer, new_api, once, signed_in, store_answer
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid, NotHere
from kapok.kernel.crypto.public import blind_index
from kapok.kernel.orgs.public import Org
from kapok.support.licences.actions.changing import Change, change_status
from kapok.support.licences.actions.issuing import Matter
from kapok.support.licences.actions.pushing import Pushed, look_at, take_pushed
from kapok.support.licences.actions.types import draft_type, submit_type
from kapok.support.licences.data import Asked, HolderFacts, LicenceFacts
from kapok.support.licences.models import DirectoryEntry, Holder, Licence, LicenceType, TypeVersion
from kapok.support.licences.queries.licences import facts_of_licence, history_of, status_at
from kapok.support.licences.queries.searching import within
from kapok.support.licences.rules import spec as rules
from kapok.support.licences.rules.status import status_table
from kapok.support.licences.web.show_api import router

api = new_api("licences", "集约化电子证照系统")
api.add_router("", router)
CONNECT = "licences.connect"
LARGEST = 20 * 1024 * 1024


class TypeIn(Schema):
    """A type as one TOML text, for the body that owns it."""

    code: str = Field(max_length=21)
    owner: str = Field(max_length=18)
    text: str = Field(max_length=60_000)


class HolderIn(Schema):
    name: str = Field(max_length=200)
    number: str = Field(max_length=64)
    number_type: str = Field(max_length=3)


class LicenceIn(Schema):
    """A licence pushed by a connected system; `ofd` is base64 of its own sealed file, absent where the province makes it (制证)."""

    type_code: str = Field(max_length=21)
    issuer: str = Field(max_length=18)
    holders: list[HolderIn] = Field(max_length=50)
    fields: dict[str, str] = {}
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    number: str = Field("", max_length=128)
    identifier: str = Field("", max_length=128)
    case_number: str = Field("", max_length=64)
    item_code: str = Field("", max_length=64)
    item_name: str = Field("", max_length=200)
    ofd: str = ""


class StatusIn(Schema):
    """A verb of the table, with its reason; `fields` for a change, `valid_to` for an extension."""

    verb: str = Field(max_length=12)
    reason: str = Field(max_length=300)
    cause: str = Field("", max_length=20)
    fields: dict[str, str] = {}
    valid_to: date | None = None


class QueryIn(Schema):
    """One of identifier, number, holder's number (with its type)."""

    identifier: str = Field("", max_length=128)
    number: str = Field("", max_length=128)
    holder_number: str = Field("", max_length=64)
    holder_type: str = Field("111", max_length=3)
    type_code: str = Field("", max_length=21)


def _connected(request: HttpRequest) -> Actor:
    """The caller, who must be a connected system's account."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    if not actor.may(CONNECT):
        raise Forbidden(deed=CONNECT)
    return actor


def _clean(*texts: str) -> None:
    """PostgreSQL keeps no NUL; nobody means one."""
    if any("\0" in text for text in texts):
        raise Invalid([FieldFault("", "kapok.control", "含有不可见的控制字符，请删除后重试。")])


def _kept(request: HttpRequest, endpoint: str, status: int, deed: Callable[[], dict[str, Any]]) -> HttpResponse:
    """The deed and its stored answer in one transaction."""

    def do(key: Key) -> tuple[int, Any]:
        answer = deed()
        store_answer(key, status, answer)
        return status, answer

    return once(request, endpoint, do)


@api.post("/types")
@signed_in
def post_type(request: HttpRequest, body: TypeIn) -> HttpResponse:
    """Register a type, or the next version of one: it waits for its review by another."""
    actor = _connected(request)
    _clean(body.code, body.owner, body.text)
    org = Org.objects.filter(uscc=body.owner, dissolved_on=None).first()
    if org is None:
        raise Invalid([FieldFault("owner", "licences.owner", "没有这个统一社会信用代码的机构。")])
    said, faults = rules.read(body.text)
    if faults:
        raise Invalid(faults)
    layout, spec = rules.cut_layout(body.text, said)
    for own in ("code", "owner"):
        spec.pop(own, None)

    def register() -> dict[str, Any]:
        version = submit_type(draft_type(org.id, body.code, spec, layout, by=actor).id, by=actor)
        return {"type_code": body.code, "version": version.number, "state": version.state}

    return _kept(request, "licences.type", 201, register)


@api.get("/types/{code}")
@signed_in
def get_type(request: HttpRequest, code: str) -> Any:
    """How a type stands: its versions, newest first."""
    _connected(request)
    kind = LicenceType.objects.filter(code=code.replace("\0", "")).first()
    if kind is None:
        raise NotHere("licences.type", id=code[:21])
    rows = TypeVersion.objects.filter(type=kind).order_by("-number").values("number", "state", "opinion", "published_at")
    return {"type_code": kind.code, "name": kind.name, "versions": list(rows)}


@api.post("/licences")
@signed_in
def post_licence(request: HttpRequest, body: LicenceIn) -> HttpResponse:
    """Push a licence with its own file, or have it made here."""
    actor = _connected(request)
    _clean(body.number, body.identifier, body.case_number, body.item_code, body.item_name, *body.fields, *body.fields.values())
    _clean(*(text for each in body.holders for text in (each.name, each.number)))
    said = Pushed(
        body.type_code, body.issuer.strip().upper(), [HolderFacts(h.name, h.number.strip().upper(), h.number_type) for h in body.holders],
        body.fields, body.issued_on, body.valid_from, body.valid_to, body.number, body.identifier,
        matter=Matter(None, body.case_number, body.item_code, body.item_name), ofd=_file(body.ofd),
    )  # fmt: skip

    def take(key: Key) -> tuple[int, Any]:
        known = first_answer(key)
        if known is not None:  # asked first here: looking at a file is dear
            return known
        sound = look_at(said, by=actor)
        with transaction.atomic():
            issued = take_pushed(sound, by=actor)
            row = Licence.objects.defer("sealed").get(id=issued.id)
            answer = {
                "licence": str(issued.id), "identifier": issued.identifier, "number": issued.number, "state": row.state,
                "warning": row.warning,
            }  # fmt: skip
            store_answer(key, 201, answer)
        return 201, answer

    return once(request, "licences.push", take, whole=True)


def _file(text: str) -> bytes | None:
    if not text:
        return None
    try:
        content = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid([FieldFault("ofd", "licences.base64", "文件不是有效的 base64。")]) from None
    if len(content) > LARGEST:
        raise Invalid([FieldFault("ofd", "licences.too_large", "文件超过 20 MB。")])
    return content


@api.post("/licences/{licence_id}/status")
@signed_in
def post_status(request: HttpRequest, licence_id: UUID, body: StatusIn) -> HttpResponse:
    """Change a licence's status; where its type wants a second person, the answer says that it waits."""
    actor = _connected(request)
    _clean(body.reason, *body.fields.values())

    def do() -> dict[str, Any]:
        done = change_status(licence_id, Change(body.verb, body.reason, body.cause, body.fields, body.valid_to), by=actor, deed=CONNECT)
        if isinstance(done, Asked):
            return {"licence": str(licence_id), "state": "waiting", "request": str(done.request)}
        return {"licence": str(done.licence), "state": done.state}

    return _kept(request, f"licences.status:{licence_id}", 200, do)


@api.post("/query")
@signed_in
def query(request: HttpRequest, body: QueryIn) -> Any:
    """Licences within reach; a holder's number goes in the body, never in an address."""
    actor = _connected(request)
    _clean(body.identifier, body.number, body.holder_number, body.type_code)
    rows = within(actor, CONNECT)
    if body.identifier:
        rows = rows.filter(identifier=body.identifier)
    elif body.number:
        rows = rows.filter(number=body.number)
    elif body.holder_number:
        index = blind_index(body.holder_type, body.holder_number.strip().upper())
        rows = rows.filter(id__in=Holder.objects.filter(number_index=index).values("licence"))
    else:
        raise Invalid([FieldFault("identifier", "licences.query_empty", "请给出证照标识、证照编号或持证主体代码。")])
    if body.type_code:
        rows = rows.filter(type_code=body.type_code)
    return {"licences": [_line(facts_of_licence(row)) for row in rows.order_by("-id")[:100]]}


@api.get("/licences/{licence_id}")
@signed_in
def get_licence(request: HttpRequest, licence_id: UUID, at: str = "") -> Any:
    """One licence: its state (at a moment), history, and how its catalogue entry stands."""
    actor = _connected(request)
    row = within(actor, CONNECT).filter(id=licence_id).first()
    if row is None:
        raise NotHere("licences.licence", id=str(licence_id))
    moment = clock.now()
    if at:
        try:
            moment = clock.at(date.fromisoformat(at[:10]))
        except ValueError:
            raise Invalid([FieldFault("at", "kapok.date", "应为日期，例如 2026-11-23。")]) from None
    entries = DirectoryEntry.objects.filter(licence=row).order_by("id").values("operation", "produced_at", "received_at")
    return {
        **_line(facts_of_licence(row)), "status_at": {"at": moment, "state": status_at(row.id, moment)},
        "history": [{"verb": e.verb, "state": e.state, "at": e.at} for e in history_of(row.id)], "directory": list(entries),
    }  # fmt: skip


def _line(facts: LicenceFacts) -> dict[str, Any]:
    state = status_table().states[facts.state]
    return {
        "licence": str(facts.id),
        "identifier": facts.identifier,
        "version": facts.version,
        "type_code": facts.type_code,
        "name": facts.name,
        "number": facts.number,
        "holder": facts.holder_name,
        "issuer": facts.issuer_name,
        "issued_on": clock.local(facts.issued_at).date(),
        "valid_from": facts.valid_from,
        "valid_to": facts.valid_to,
        "state": facts.state,
        "state_code": state.code,
        "usable": facts.usable,
        "signed_at": facts.signed_at,
    }
