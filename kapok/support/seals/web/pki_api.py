"""The addresses that certificates name: lists of revoked certificates, certificates of authorities, OCSP, time stamps. Public by intent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from kapok.kernel.common.errors import Invalid, NotHere
from kapok.kernel.common.guards import PUBLIC
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.crypto.public import ca_file, crl_file, ocsp_answer, timestamp_answer
from kapok.support.seals.actions.steps import fault
from kapok.support.seals.web.verify_sending import Pace, sender_of

router = Router()
WHY = "whoever verifies a seal needs them"
MOST = 64 * 1024
pace = Pace(600)
"""Each answer is a signature: one address gets so many in a minute, in one process."""


def _open(view: Any) -> Any:
    view.guard = (PUBLIC, WHY)
    return view


@router.get("/crl/{name}.crl")
@_open
def get_crl(request: HttpRequest, name: str) -> HttpResponse:
    """The current list of an authority."""
    return _file(name, crl_file, "application/pkix-crl")


@router.get("/ca/{name}.cer")
@_open
def get_authority(request: HttpRequest, name: str) -> HttpResponse:
    """The certificate of an authority."""
    return _file(name, ca_file, "application/pkix-cert")


@router.post("/ocsp")
@_open
def post_ocsp(request: HttpRequest) -> HttpResponse:
    """Whether certificates are revoked (RFC 6960)."""
    return _answer(ocsp_answer(_body(request)), "application/ocsp-response")


@router.post("/tsa/{algorithm}")
@_open
def post_timestamp(request: HttpRequest, algorithm: str) -> HttpResponse:
    """A time stamp (RFC 3161, GB/T 20520) with SM2 or ECDSA."""
    if algorithm not in ("sm2", "ecdsa"):
        raise NotHere("seals.tsa", id=algorithm[:20])
    return _answer(timestamp_answer(algorithm, _body(request)), "application/timestamp-reply")


def _file(name: str, read: Any, kind: str) -> HttpResponse:
    authority = as_uuid(name)
    found = read(authority) if authority else None
    if found is None:
        raise NotHere("seals.authority", id=name[:40])
    return _answer(found, kind, keep=True)


def _answer(content: bytes, kind: str, *, keep: bool = False) -> HttpResponse:
    cached = "public, max-age=300" if keep else "no-store"
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": cached, "X-Content-Type-Options": "nosniff"})


def _body(request: HttpRequest) -> bytes:
    pace.take(sender_of(request))
    if not 0 < len(request.body) <= MOST:
        raise Invalid([fault("body", "seals.unreadable", why="DER")])
    return request.body
