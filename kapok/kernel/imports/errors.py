"""What can go wrong with a batch as a whole; faults of single rows are listed in its report."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class ImportRefused(KapokError):
    """A file that cannot be read as a table at all."""

    code, status = "imports.refused", 422
    says = _("文件无法导入。")


class NotATable(ImportRefused):
    """Neither CSV nor XLSX, nor a bundle where the kind takes one."""

    code, fields = "imports.not_a_table", ("name",)
    says = _("无法识别文件“{name}”：请上传 CSV（UTF-8 或 GB18030）或 XLSX 文件；含 OFD 的资料请打成 ZIP 包。")


class Damaged(ImportRefused):
    """The file ends early, lies about its size, or is not what it says."""

    code, fields = "imports.damaged", ("why",)
    says = _("文件已损坏，无法读取（{why}）。请重新导出后再上传。")


class TooLarge(ImportRefused):
    """More than one batch holds."""

    code, fields = "imports.too_large", ("limit",)
    says = _("文件过大：一批最多 {limit}。请分批上传。")


class ColumnsMissing(ImportRefused):
    """Required columns the head of the table does not have."""

    code, fields = "imports.columns_missing", ("columns",)
    says = _("表头缺少：{columns}。请按模板整理表头后再上传。")


class NoRows(ImportRefused):
    """A table with nothing below its head."""

    code = "imports.no_rows"
    says = _("表中没有数据行。")


class ImportBroken(ImportRefused):
    """Checking or taking stumbled over something nobody foresaw; what was taken until then stays."""

    code = "imports.broken"
    says = _("导入程序出错，这一批没有完成；已导入的行仍然有效。请联系运维人员查看日志后重新上传。")


class NotNow(KapokError):
    """The batch is not in the state this step needs."""

    code, status, fields = "imports.not_now", 409, ("state",)
    says = _("这批数据现在是“{state}”，不能进行这一步。")
