"""Why a file is not opened as OFD: a stable code each, and what the person should do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError

SAYS: dict[str, Any] = {
    "ofd.too_large": _("文件超过 {most} MB 的上限，没有打开。请拆分后再试，或联系出具单位提供较小的文件。"),
    "ofd.not_zip": _("这不是 OFD 文件。请选择扩展名为 .ofd 的原件；如果是 PDF 或图片，请按相应类型提交。"),
    "ofd.damaged": _("文件已损坏，读不到“{path}”。请重新下载或向出具单位索取原件。"),
    "ofd.too_many_files": _("文件内的部件超过 {most} 个，没有打开。请向出具单位索取正常的文件。"),
    "ofd.zip_bomb": _("文件解压后异常庞大（{path}），可能是恶意文件，没有打开。请向出具单位核实来源。"),
    "ofd.path": _("文件内含有越界的路径“{path}”，可能是恶意文件，没有打开。请向出具单位核实来源。"),
    "ofd.duplicate": _("文件内有两个同名部件“{path}”，无法判断哪一个有效，没有打开。请向出具单位索取原件。"),
    "ofd.encrypted": _("文件已加密，无法阅读。请先用原软件解密，或向出具单位索取未加密的文件。"),
    "ofd.symlink": _("文件内含有指向外部的链接“{path}”，可能是恶意文件，没有打开。请向出具单位核实来源。"),
    "ofd.compression": _("“{path}”使用了不支持的压缩方式。请用常用的 OFD 软件另存后再试。"),
    "ofd.entity": _("“{path}”含有外部实体或文档类型声明，可能是恶意文件，没有打开。请向出具单位核实来源。"),
    "ofd.xml": _("“{path}”不是合格的 XML，文件无法阅读。请重新下载或向出具单位索取原件。"),
    "ofd.too_complex": _("“{path}”的内容过多或嵌套过深，没有打开。请联系出具单位提供较简单的文件。"),
    "ofd.cycle": _("“{path}”的内容循环引用自身，文件无法阅读。请向出具单位索取原件。"),
    "ofd.no_document": _("文件里没有可以阅读的文档（缺少“{path}”）。请向出具单位索取原件。"),
    "ofd.no_page": _("文件里没有第 {page} 页。请从第一页重新打开。"),
}


class OfdRefused(KapokError):
    """The file is not opened. `code` is one of `SAYS`; `path` names the part inside the file, where there is one."""

    code, status, fields = "ofd.refused", 422, ("path", "most", "page")

    def __init__(self, code: str, path: str = "", **data: Any) -> None:
        self.code, self.says = code, SAYS[code]
        self.status = 404 if code == "ofd.no_page" else 422
        super().__init__(path=path[:120], **data)
