"""The API of seals for systems that connect (接入): seal by file or by digest, status of a seal, what became of a use; the PKI's own
addresses (lists of revoked certificates, OCSP, time stamps). Verification is a router of its own.
"""

from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Schema
from ninja.files import UploadedFile

from kapok.kernel.access.public import Actor
from kapok.kernel.api.public import key_of, new_api, signed_in
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere
from kapok.kernel.crypto.public import sm3
from kapok.support.seals import rules
from kapok.support.seals.access import seal_for, usable_seals, visible_uses
from kapok.support.seals.actions.placing import Wish, check_places, places_for
from kapok.support.seals.actions.queueing import queue_use, queued_of
from kapok.support.seals.actions.syncing import national_status
from kapok.support.seals.actions.using import answer_of, use_seal
from kapok.support.seals.data import Sealed, SealRequest, StampPlace
from kapok.support.seals.errors import SealNotReady, SealRefused
from kapok.support.seals.models import Seal
from kapok.support.seals.queries.seals import seal_by_digest, seal_by_number, seal_facts
from kapok.support.seals.web import pki_api, verify_api

api = new_api("seals", "电子印章服务")
MEGABYTE = 1024 * 1024
SPACE = UUID("0198f0a0-0000-7000-8000-00005ea15ea1")
"""Where the ids of requests that came by this API lie."""


class PlaceIn(Schema):
    """A place of a stamp, in millimetres from the page's upper left corner."""

    page: int
    x: float
    y: float
    width: float | None = None
    height: float | None = None


class AskedIn(Schema):
    """What is to be sealed, beside the file: the seal's id, why, where. Without `places`: `keyword`, or `straddle` over all pages."""

    seal: UUID
    reason: str
    digest: str = ""
    places: list[PlaceIn] = []
    keyword: str = ""
    straddle: bool = False
    case_number: str = ""
    item_code: str = ""
    task: UUID | None = None
    queue: bool = False


class DigestIn(Schema):
    """A digest to be sealed: the SM3 of Signature.xml, its path in the package, and the SM3 of the document it belongs to."""

    seal: UUID
    reason: str
    data_hash: str
    property_info: str
    case_number: str = ""
    item_code: str = ""


@api.post("/seal")
@signed_in
def post_seal(request: HttpRequest, file: File[UploadedFile], asked: Form[str]) -> HttpResponse:
    """Seal a file. `asked` is JSON (see AskedIn); `Idempotency-Key` names the wish: the same key and file give the same answer."""
    said = _asked(asked)
    _not_too_large(file.size or 0)
    content = file.read()
    if said.digest and said.digest.lower() != sm3(content).hex():
        raise SealRefused("seals.wrong_digest", 422)
    media = "pdf" if content.startswith(b"%PDF-") else "ofd" if content.startswith(b"PK") else ""
    if not media:
        raise SealRefused("seals.media", 422)
    seal = _seal(request, said.seal)
    wish = SealRequest(
        seal=seal.id, request=_request(request), content=content, media=media, reason=said.reason, about_kind="file",
        case_number=said.case_number, item_code=said.item_code, places=_places(said, seal, content, media), task=said.task,
    )  # fmt: skip
    return _answered(request, wish, said.queue)


@api.post("/seal-digest")
@signed_in
def post_digest(request: HttpRequest, said: DigestIn) -> HttpResponse:
    """Sign a digest (SES_Signature, base64) for a paper that stays where it is; nothing of it is seen here."""
    seal = _seal(request, said.seal)
    digest = _hexadecimal("data_hash", said.data_hash)
    path = said.property_info.strip()
    if not path or len(path) > 200 or not path.isascii():
        raise Invalid([FieldFault("property_info", "seals.property_info", "1–200 ASCII")])
    wish = SealRequest(
        seal=seal.id, request=_request(request), content=digest + path.encode(), media=rules.HASH, reason=said.reason, about_kind="file",
        case_number=said.case_number, item_code=said.item_code,
    )  # fmt: skip
    return _answered(request, wish, queue=False)


@api.get("/seals")
@signed_in
def get_seals(request: HttpRequest) -> Any:
    """The seals the caller may use."""
    return {"seals": [_shown(seal) for seal in usable_seals(_actor(request))[:200]]}


@api.get("/seals/{es_id}")
@signed_in
def get_seal(request: HttpRequest, es_id: str) -> Any:
    """Whether a seal is in use, by its number, or by the SM3 of one of its versions (hexadecimal)."""
    facts = seal_by_digest(bytes.fromhex(es_id)) if _is_digest(es_id) else seal_by_number(es_id[:40])
    if facts is None:
        return _listed(es_id[:40])
    return {
        "source": "here", "es_id": facts.es_id, "name": facts.name, "kind": facts.kind, "owner": facts.owner,
        "owner_uscc": facts.owner_uscc, "state": facts.state, "version": facts.version, "valid_from": facts.valid_from,
        "valid_to": facts.valid_to, "der_sm3": facts.der_sm3.hex(),
    }  # fmt: skip


@api.get("/uses/{use_id}")
@signed_in
def get_use(request: HttpRequest, use_id: UUID) -> Any:
    """An entry of the log of the caller's places, or its own."""
    row = visible_uses(_actor(request)).filter(id=use_id).first()
    if row is None:
        raise NotHere("seals.use", id=use_id)
    return {
        "use": row.id, "seal": row.seal.es_id, "by": row.doer, "reason": row.reason, "case_number": row.case_number, "media": row.media,
        "document_sm3": bytes(row.document_sm3).hex(), "sealed_sm3": bytes(row.sealed_sm3).hex(), "places": row.places, "at": row.at,
    }  # fmt: skip


@api.get("/requests/{key}")
@signed_in
def get_request(request: HttpRequest, key: str) -> HttpResponse:
    """What became of a request of the caller's, by its Idempotency-Key: the sealed file, or that it still waits (202)."""
    wanted = _request_id(_actor(request), key)
    sealed = answer_of(wanted)
    if sealed is not None:
        return _file(sealed)
    queued = queued_of(wanted)
    if queued is None:
        raise NotHere("seals.request", id=key[:64])
    return api.create_response(request, {"request": key, "state": queued.state, "error": queued.error}, status=202)


def _answered(request: HttpRequest, wish: SealRequest, queue: bool) -> HttpResponse:
    actor = _actor(request)
    try:
        return _file(use_seal(wish, by=actor))
    except SealNotReady:
        if not queue:
            raise
        queue_use(wish, by=actor)
        said = {"request": request.headers.get("Idempotency-Key", ""), "state": "waiting"}
        return api.create_response(request, said, status=202)


def _file(sealed: Sealed) -> HttpResponse:
    """The sealed file itself, its entry in the log named by headers."""
    kind = rules.MEDIA["pdf"] if sealed.content.startswith(b"%PDF-") else rules.MEDIA["ofd"]
    kind = kind if sealed.content[:2] in (b"%P", b"PK") else "application/octet-stream"
    headers = {
        "Seal-Use": str(sealed.use), "Seal-Digest": sealed.digest.hex(), "Seal-Time": sealed.signed_at.isoformat(),
        "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
    }  # fmt: skip
    return HttpResponse(sealed.content, content_type=kind, headers=headers)


def _places(said: AskedIn, seal: Seal, content: bytes, media: str) -> tuple[StampPlace, ...]:
    kind = rules.kinds()[seal.kind]
    if said.places:
        places = tuple(StampPlace(one.page, one.x, one.y, one.width or kind.width, one.height or kind.height) for one in said.places[:200])
        check_places(content, media, places)
        return places
    if not said.keyword and not said.straddle:
        raise SealRefused("seals.no_place", 422)
    wish = Wish("keyword", keyword=said.keyword) if said.keyword else Wish("straddle", pages="")
    return places_for(content, media, wish, width=kind.width, height=kind.height)


def _asked(text: str) -> AskedIn:
    try:
        return AskedIn.model_validate_json(text)
    except ValueError as wrong:
        errors: Any = getattr(wrong, "errors", lambda **_said: [])(include_url=False)
        faults = [FieldFault(".".join(map(str, one["loc"])) or "asked", f"kapok.{one['type']}", "格式或类型不正确。") for one in errors]
        raise Invalid(faults or [FieldFault("asked", "kapok.json", "应为 JSON。")]) from None


def _listed(es_id: str) -> Any:
    """A seal made elsewhere, as the national platform or its directory says it."""
    found = national_status(es_id)
    if found is None:
        raise NotHere("seals.seal", id=es_id)
    return {
        "source": "national", "es_id": found.es_id, "name": found.name, "owner": found.owner, "owner_uscc": found.owner_uscc,
        "state": found.state, "valid_to": found.valid_to, "read_at": found.read_at,
    }  # fmt: skip


def _seal(request: HttpRequest, seal_id: UUID) -> Seal:
    """The seal, if the caller may at least try it; what else stands against it is said by the use."""
    actor = _actor(request)
    try:
        return seal_for(actor, seal_id, "seals.use")
    except NotHere:
        if seal_facts(seal_id) is None:
            raise
        raise SealRefused("seals.not_for_you", 403) from None


def _shown(seal: Seal) -> dict[str, Any]:
    return {"id": seal.id, "es_id": seal.es_id, "name": seal.name, "kind": seal.kind, "owner": seal.org.name, "state": seal.state}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


def _request(request: HttpRequest) -> UUID:
    actor = _actor(request)
    return _request_id(actor, key_of(request, actor.account or SPACE, "seals.seal", b"").key)


def _request_id(actor: Actor, key: str) -> UUID:
    return uuid5(SPACE, f"{actor.account}:{key}")


def _not_too_large(size: int) -> None:
    most = rules.number("file_megabytes")
    if size > most * MEGABYTE:
        raise SealRefused("seals.too_large", 413, megabytes=most)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdefABCDEF" for letter in text)


def _hexadecimal(field: str, text: str) -> bytes:
    if not _is_digest(text):
        raise Invalid([FieldFault(field, "seals.digest", "64 位十六进制。")])
    return bytes.fromhex(text)


api.add_router("", verify_api.router)
api.add_router("/pki", pki_api.router)
