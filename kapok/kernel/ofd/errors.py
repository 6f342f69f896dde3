"""What can go wrong when a paper is made."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class GlyphMissing(KapokError):
    """A character that no font here can write: the paper is not made with a hole in a name."""

    code, status, fields = "ofd.glyph_missing", 422, ("glyphs",)
    says = _("“{glyphs}”没有可用字形，请联系运维人员安装字体后再试。")


class NotWritable(KapokError):
    """The document cannot be written as it is: `why` names the part and the reason."""

    code, status, fields = "ofd.not_writable", 422, ("why",)
    says = _("版式文件无法生成：{why}。")


class TemplateFaulty(KapokError):
    """The layout has faults; `check_template` lists them all with their places."""

    code, status, fields = "ofd.template_faulty", 422, ("place", "why")
    says = _("版式模板有误（{place}）：{why}")


class DoesNotFit(KapokError):
    """Text is larger than its place even at the smallest size allowed, and the layout refuses to spill over."""

    code, status, fields = "ofd.does_not_fit", 422, ("place", "text")
    says = _("内容超出版面（{place}）：“{text}”。")


class FontsMissing(KapokError):
    """No font for papers is installed: KAPOK_FONTS is empty and the system has no Noto CJK."""

    code, status = "ofd.fonts_missing", 503
    says = _("没有安装版式文件所用的字体，请联系运维人员。")


class PdfFailed(KapokError):
    """The PDF rendition could not be made; the OFD stands."""

    code, status, fields = "ofd.pdf_failed", 500, ("why",)
    says = _("PDF 版本暂时无法生成，请稍后再试。")
