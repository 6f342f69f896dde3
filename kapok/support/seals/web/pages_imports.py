"""导入: seals made elsewhere, verified first; wrong ones listed by row."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.ui.public import FieldView, keyset, render
from kapok.support.seals.access import visible_imports
from kapok.support.seals.actions.importing import import_seals
from kapok.support.seals.web.frame import actor_of, checked, faults_of, said

SIZE, MEGABYTES = 30, 200
SAYS: dict[str, Any] = {
    "unreadable": gettext_lazy("不是印章或证书文件，或已损坏"),
    "digests_only": gettext_lazy("印章只列出证书摘要，没有证书本身"),
    "maker_signature": gettext_lazy("制章者签名不正确，印章数据可能被改动"),
    "maker_untrusted": gettext_lazy("制章者证书不是受信任的机构签发"),
    "maker_expired": gettext_lazy("制章者证书不在有效期内"),
    "maker_invalid": gettext_lazy("制章者证书不合规"),
    "maker_revoked": gettext_lazy("制章者证书已吊销"),
    "certificate_untrusted": gettext_lazy("印章证书不是受信任的机构签发"),
    "certificate_expired": gettext_lazy("印章证书不在有效期内"),
    "certificate_invalid": gettext_lazy("印章证书不合规"),
    "certificate_revoked": gettext_lazy("印章证书已吊销"),
    "seal_expired": gettext_lazy("印章不在有效期内"),
    "picture": gettext_lazy("印模图片缺失，或不是合格的 PNG"),
    "no_owner": gettext_lazy("证书中没有用章单位的统一社会信用代码"),
    "owner_unknown": gettext_lazy("没有这个统一社会信用代码的单位，或不在您的管理范围内"),
    "duplicate": gettext_lazy("这枚印章已经在库"),
    "one_active": gettext_lazy("该单位已有一枚启用的同类印章"),
}


@guard("seals.import")
def imports(request: HttpRequest) -> HttpResponse:
    """Earlier imports, and the form for one more."""
    actor, faults = actor_of(request), []
    if request.method == "POST":
        try:
            sent = request.FILES.get("file")
            if sent is None:
                raise Invalid([FieldFault("file", "seals.file_missing", _("请选择文件。"))])
            content = sent.read()
            checked("file", sent.name or "", content, allow=("application/zip",), megabytes=MEGABYTES)
            made = import_seals(sent.name or "", content, by=actor)
            return HttpResponseRedirect(reverse("seals:import", args=[made.id]))
        except KapokError as error:
            faults = faults_of(error, "file")
    page = keyset(visible_imports(actor), request, order=("-at", "-id"), size=SIZE)
    file = FieldView("file", _("印章包（ZIP）"), "file", accept=".zip", errors=said(faults, "file"),
                     hint=_("每枚印章一个 .esl 文件；或同名的证书 .cer 和印模 .png。导入前逐枚验证，不重新签名。"))  # fmt: skip
    return render(request, "seals/imports.jinja", {"page": page, "file": file, "faults": faults}, status=422 if faults else 200)


@guard("seals.import")
def one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What became of each row."""
    row = visible_imports(actor_of(request)).filter(id=import_id).first()
    if row is None:
        raise NotHere("seals.import", id=import_id)
    lines = sorted(row.rows, key=lambda line: (not line["code"], line["name"]))
    return render(request, "seals/import.jinja", {"row": row, "lines": lines, "says": SAYS})
