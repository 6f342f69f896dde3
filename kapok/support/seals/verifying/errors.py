"""Why a file is not verified at all."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError

SAYS: dict[str, Any] = {
    "seals.verify_empty": _("文件是空的。请重新选择文件。"),
    "seals.verify_kind": _("只能验证 OFD 和 PDF 文件。照片、扫描件和 Word 文件里没有电子签章，请向出具单位索取原件。"),
    "seals.verify_too_large": _("文件超过 {megabytes} MB，不能在这里验证。请联系出具单位提供较小的文件。"),
    "seals.verify_pdf": _("PDF 文件已损坏或不完整，读不出来。请重新下载，或向出具单位索取原件。"),
    "seals.verify_locked": _("PDF 文件设有密码，无法验证。请先解除密码，或向出具单位索取未加密的文件。"),
    "seals.verify_missing": _("请选择要验证的文件，或填写编号。"),
    "seals.verify_unknown_code": _("没有查到这个编号。请核对是否输入完整；也可能是其他地方出具的，请上传原件验证。"),
    "seals.verify_too_often": _("验证次数过多，请过一分钟再试。"),
}


class NotVerifiable(KapokError):
    """The file cannot be verified; `code` is one of `SAYS` and says why, and what to do."""

    code, status, fields = "seals.not_verifiable", 422, ("megabytes", "why")

    def __init__(self, code: str, *, status: int = 422, **data: Any) -> None:
        self.code, self.says, self.status = code, SAYS[code], status
        super().__init__(**data)
