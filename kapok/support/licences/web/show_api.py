"""The API of using licences, for connected systems: a use (three ways, three results), its file, a key to look once."""

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from kapok.kernel.access.public import Actor
from kapok.kernel.api.public import Key, once, signed_in, store_answer
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.jsontext import dumps, loads
from kapok.kernel.crypto.public import NODE, seal_json, unseal_json
from kapok.support.licences.actions.using import Used, use_licence, use_of
from kapok.support.licences.actions.using_copies import copy_of_use
from kapok.support.licences.models import Licence
from kapok.support.licences.rules import using as rules
from kapok.support.licences.web import holder_frame as frame

router = Router()
SEALED, ABOUT = "sealed", "licences.use_answer"


class UseIn(Schema):
    """One use. The licence is named by its id or identifier; with a holder's code it need not be named."""

    mode: str = Field(max_length=10)
    result: str = Field("face", max_length=8)
    licence: UUID | None = None
    identifier: str = Field("", max_length=128)
    item_code: str = Field(max_length=64)
    case_number: str = Field(max_length=64)
    code: str = Field("", max_length=40)
    fields: list[str] = Field([], max_length=60)


@router.post("/uses")
@signed_in
def post_use(request: HttpRequest, body: UseIn) -> HttpResponse:
    """Use a licence (用证): 照面数据, 归档文件 (fetched from `/uses/{use}/file`) or 查看令牌, each bound to 事项编码 and 办件编号."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access

    def use(key: Key) -> tuple[int, Any]:
        used = use_licence(
            _named(body), body.mode, item_code=body.item_code, case_number=body.case_number, fields=body.fields, result=body.result,
            code=body.code, by=actor,
        )  # fmt: skip
        answer = _answer(request, used)
        store_answer(key, 201, {SEALED: b64encode(seal_json(NODE, answer, about=ABOUT)).decode()})
        return 201, answer

    return _opened(once(request, "licences.use", use))


def _opened(answer: HttpResponse) -> HttpResponse:
    """The first answer again: what stands on a licence, and a key to look once, are kept for retries under seal only."""
    said = loads(answer.content)
    if SEALED in said:
        answer.content = dumps(unseal_json(NODE, b64decode(said[SEALED]), about=ABOUT)).encode()
    return answer


def _named(body: UseIn) -> UUID | None:
    if body.licence is not None or not body.identifier:
        return body.licence
    found = Licence.objects.filter(identifier=body.identifier.strip()).values_list("id", flat=True).first()
    if found is None:
        raise NotHere("licences.licence", id=body.identifier)
    return found


def _answer(request: HttpRequest, used: Used) -> dict[str, Any]:
    answer: dict[str, Any] = {"use": str(used.id), "licence": str(used.licence), "result": used.result}
    if used.result == rules.FACE:
        answer["face"] = used.face
    if used.result == rules.VIEW:
        address = request.build_absolute_uri(reverse("licences:show-view", args=[used.token]))
        answer |= {"token": used.token, "address": address, "minutes": rules.terms()["token"]["minutes"]}
    return answer


@router.get("/uses/{use_id}/file")
@signed_in
def get_file(request: HttpRequest, use_id: UUID, media: str = "ofd") -> HttpResponse:
    """The file of a use of one's own (归档文件): a copy with watermark and seal; 503 while its seal cannot be put."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    use = use_of(use_id)
    if use.account != actor.account or use.result != rules.FILE or media not in ("ofd", "pdf"):
        raise NotHere("licences.use", id=use_id)
    return frame.download(copy_of_use(use_id, media, by=actor).file)
