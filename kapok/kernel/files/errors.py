"""Why a file is not taken, and what can go wrong with stored ones."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError, sentences


class FileGone(KapokError):
    """The stored bytes are missing or were altered on the disk."""

    code, status, fields = "files.gone", 500, ("id",)
    says = _("文件无法读取，请联系运维人员。")


class LinkExpired(KapokError):
    """A signed link after its last second."""

    code, status = "files.link_expired", 410
    says = _("下载链接已过期，请返回页面重新打开。")


class LinkForged(KapokError):
    """A link this node did not sign, or signed for somebody else: looks like an absent file."""

    code, status = "files.link_forged", 404
    says = _("没有找到，或您无权查看。")


sentences.update(
    {
        "files.name_unsafe": _("文件名含有不允许的字符，请改名后再上传。"),
        "files.empty": _("文件是空的，请重新选择。"),
        "files.too_large": _("文件太大：最大 {limit_mb} MB，当前 {size_mb} MB。"),
        "files.type_not_allowed": _("不接受这种类型的文件，请上传：{allowed}。"),
        "files.type_mismatch": _("文件的扩展名“.{extension}”与内容不符，请用正确格式另存后再上传。"),
        "files.unknown_type": _("无法识别文件类型，请上传：{allowed}。"),
        "files.executable": _("不接受程序或脚本文件。"),
        "files.infected": _("文件中发现病毒或恶意代码，已拒收。"),
        "files.scan_unavailable": _("病毒检测服务暂时不可用，请稍后再上传。"),
        "files.damaged": _("文件已损坏或不完整，请重新生成后再上传。"),
        "files.encrypted": _("文件设有密码，请去掉密码后再上传。"),
        "files.macro": _("文件含有宏，请另存为不含宏的格式后再上传。"),
        "files.active_content": _("文件含有脚本、附件或可执行内容，请另存为普通文档后再上传。"),
        "files.external_reference": _("文件引用了外部内容，请去掉外部链接后再上传。"),
        "files.zip_bomb": _("压缩内容展开后过大，已拒收。"),
        "files.nested_archive": _("压缩包里不能再有压缩包，请展开后再上传。"),
        "files.archive_path": _("压缩包内的文件路径不安全，已拒收。"),
        "files.xml_entities": _("文件含有 XML 实体定义，已拒收。"),
        "files.xml_external": _("文件引用了外部 XML 内容，已拒收。"),
        "files.formula": _("第 {row} 行第 {column} 列以公式符号开头，请改为普通文字。"),
        "files.image_too_large": _("图片尺寸过大（{width}×{height}），请缩小后再上传。"),
        "files.too_many_pages": _("文件页数过多（{pages} 页），最多 {limit} 页。"),
    }
)
