"""/verify/: anybody hands in an OFD or PDF file, or a code, and is told in plain words what it is worth. Nothing is kept."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from kapok.kernel.access.public import PUBLIC, guard
from kapok.kernel.common.errors import FieldFault, KapokError
from kapok.kernel.ofd.public import OfdRefused, ReadingView, read_ofd, reading_view
from kapok.kernel.ui.public import FieldView, render
from kapok.support.seals.verifying.data import BusinessStatus, FileFacts, Report
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.file import LARGEST, business_of
from kapok.support.seals.web.verify_sending import keep_in_memory, pace, sender_of, verified
from kapok.support.seals.web.verify_words import business_rows, shown_signatures, summary_of, verdict_shown

WHY = "whoever receives a sealed paper may check it"
MOST_CODE = 4000
"""Characters of a scanned code: a QR code holds no more."""


@csrf_exempt  # the token is checked inside: reading it before would read the file before it is said where to
@guard(PUBLIC, why=WHY)
def verify(request: HttpRequest) -> HttpResponse:
    """The door, the answer for a code (`?code=`), and the report for a file sent to it."""
    if request.method == "POST":
        try:
            keep_in_memory(request)
            pace.take(sender_of(request))
        except NotVerifiable as error:
            return _door(request, error, status=error.status)
        return _report(request)
    code = request.GET.get("code", "").replace("\x00", "").strip()[:MOST_CODE]
    return _looked_up(request, code) if code else _door(request)


@csrf_protect
def _report(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "").replace("\x00", "").strip()[:MOST_CODE]
    if code and "file" not in request.FILES:
        return _looked_up(request, code)
    try:
        report, content = verified(request)
    except KapokError as error:
        return _door(request, error, status=error.status)
    context = {
        "report": report, "verdict": verdict_shown(report.verdict), "summary": summary_of(report), "signatures": shown_signatures(report),
        "view": _view(report, content), "business_rows": business_rows(report.business),
    }  # fmt: skip
    return render(request, "seals/verify_report.jinja", context)


def _looked_up(request: HttpRequest, code: str) -> HttpResponse:
    """What whoever issued the paper says of a number or a scanned text."""
    try:
        pace.take(sender_of(request))
        found: BusinessStatus | None = business_of(FileFacts(identifier=identifier_in(code)))
        if found is None:
            raise NotVerifiable("seals.verify_unknown_code", status=404)
    except NotVerifiable as error:
        return _door(request, error, status=error.status, code=code)
    return render(request, "seals/verify_code.jinja", {"business": found, "business_rows": business_rows(found), "code": code})


def identifier_in(code: str) -> str:
    """What a scanned text names: itself, or, of an address, its `code` or the last step of its path."""
    if not code.lower().startswith(("http://", "https://")):
        return code
    try:
        address = urlsplit(code)
    except ValueError:
        return code
    named = parse_qs(address.query).get("code", [""])[0]
    return named or unquote(address.path.rstrip("/").rpartition("/")[2])


def _with_code(error: KapokError) -> str:
    """What went wrong, and the word by which a helper finds it."""
    return _("%(says)s（代码 %(code)s）") % {"says": error.message(), "code": error.code}


def _door(request: HttpRequest, error: KapokError | None = None, *, status: int = 200, code: str = "") -> HttpResponse:
    """Where a file or a code is handed in; with what was wrong the last time."""
    of_code = error is not None and error.code == "seals.verify_unknown_code"
    said: list[Any] = [error.message()] if error else []
    context = {
        "faults": [FieldFault("code" if of_code else "file", error.code, _with_code(error))] if error else [],
        "file": FieldView(
            "file", _("选择文件"), kind="file", accept=".ofd,.pdf,application/pdf", errors=[] if of_code else said,
            hint=_("OFD 或 PDF 原件，不超过 %(megabytes)s MB；也可以把文件拖到这里。") % {"megabytes": LARGEST // 1024 // 1024},
            attrs={"data-dropped": "", "data-sending": _("正在上传 {n}%"), "data-checking": _("正在验证…")},
        ),
        "code": FieldView(
            "code", _("编号或二维码内容"), value=code[:200], errors=said if of_code else [], max_length=MOST_CODE, autocomplete="off",
            hint=_("证照标识、证照编号、文号，或扫描证照上的二维码得到的内容。"),
        ),
    }  # fmt: skip
    return render(request, "seals/verify.jinja", context, status=status)


def _view(report: Report, content: bytes) -> ReadingView | None:
    """The paper in the viewer, all pages in the answer, since nothing of it can be fetched later. A PDF is read in one's own reader.

    A paper too complex to be drawn has its report all the same.
    """
    if report.kind != "ofd":
        return None
    try:
        return reading_view(read_ofd(content), title=report.name)
    except OfdRefused:
        return None


urls = [path("", verify, name="verify")]
