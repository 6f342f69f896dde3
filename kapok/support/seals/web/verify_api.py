"""Verification for machines: the same report as the page, as JSON; nothing is kept."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from kapok.kernel.access.public import PUBLIC, guard
from kapok.support.seals.verifying.data import BusinessStatus, Report, SignatureReport, Step, Warned
from kapok.support.seals.web.verify_sending import keep_in_memory, pace, sender_of, verified

router = Router(tags=["verify"])
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
            }
        },
    }
}
"""Written out, because the file is read by hand: into memory and never onto a disk."""


class StepOut(Schema):
    number: int
    key: str
    title: str
    outcome: str
    code: str
    at: datetime
    took_ms: float
    says: str
    means: str
    todo: str


class WarnedOut(Schema):
    code: str
    says: str


class SealOut(Schema):
    es_id: str
    name: str
    version: int
    kind: int
    maker: str
    valid_from: datetime
    valid_to: datetime


class SignatureOut(Schema):
    id: str
    kind: str
    form: str
    verdict: str
    signer: str
    claimed_at: datetime | None
    proven_at: datetime | None
    seal: SealOut | None
    pages: list[int]
    covers_all: bool
    steps: list[StepOut]
    warnings: list[WarnedOut]


class BusinessOut(Schema):
    kind: str
    name: str
    number: str
    status: str
    says: str
    tone: str
    issuer: str
    since: datetime | None
    same_file: bool | None


class ReportOut(Schema):
    """verdict: valid, extended, invalid, undetermined or untrusted."""

    kind: str
    digest_sm3: str
    size: int
    pages: int
    verdict: str
    at: datetime
    took_ms: float
    signatures: list[SignatureOut]
    warnings: list[WarnedOut]
    business: BusinessOut | None


@router.post("/verify", response=ReportOut, openapi_extra=FILE_BODY)
@guard(PUBLIC, why="whoever receives a sealed paper may check it")
def post_verify(request: HttpRequest) -> Any:
    """Verify an OFD or PDF file (field `file`): ten steps for each signature, a verdict, and how the paper stands with its issuer."""
    keep_in_memory(request)
    pace.take(sender_of(request))
    report, _content = verified(request)
    return as_json(report)


def as_json(report: Report) -> dict[str, Any]:
    """The report as the API and the command line give it."""
    return {
        "kind": report.kind, "digest_sm3": report.digest_sm3.hex(), "size": report.size, "pages": report.pages,
        "verdict": report.verdict.value, "at": report.at, "took_ms": report.took_ms,
        "signatures": [_signature(each) for each in report.signatures], "warnings": [_warned(each) for each in report.warnings],
        "business": _business(report.business) if report.business else None,
    }  # fmt: skip


def _signature(found: SignatureReport) -> dict[str, Any]:
    seal = found.seal
    names = ("es_id", "name", "version", "kind", "maker", "valid_from", "valid_to")
    return {
        "id": found.id, "kind": found.kind, "form": found.form, "verdict": found.verdict.value, "signer": found.signer,
        "claimed_at": found.claimed_at, "proven_at": found.proven_at, "pages": list(found.pages), "covers_all": found.covers_all,
        "seal": {name: getattr(seal, name) for name in names} if seal else None,
        "steps": [_step(each) for each in found.steps], "warnings": [_warned(each) for each in found.warnings],
    }  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number, "key": step.key, "title": step.title, "outcome": step.outcome.value, "code": step.code, "at": step.at,
        "took_ms": step.took_ms, "says": step.says, "means": step.means, "todo": step.todo,
    }  # fmt: skip


def _warned(warned: Warned) -> dict[str, Any]:
    return {"code": warned.code, "says": warned.says}


def _business(found: BusinessStatus) -> dict[str, Any]:
    names = ("kind", "name", "number", "status", "says", "tone", "issuer", "since", "same_file")
    return {name: getattr(found, name) for name in names}
