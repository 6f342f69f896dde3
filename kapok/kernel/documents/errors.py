"""What can go wrong with documents."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class TemplateMissing(KapokError):
    """No app has this template in its `documents` folder, or not in the version a document was issued with."""

    code, status, fields = "documents.template_missing", 500, ("key", "version")
    says = _("没有找到文书模板 {key}。")


class RenderFailed(KapokError):
    """The template and its data do not make a paper; the document itself stands."""

    code, status, fields = "documents.render_failed", 500, ("key", "why")
    says = _("文书暂时无法生成，请稍后再试；文书本身已经出具，编号有效。")


class GlyphMissing(RenderFailed):
    """A character that no font here can write: the paper is not made with a hole in a name."""

    code, fields = "documents.glyph_missing", ("key", "glyphs")
    says = _("文书中的“{glyphs}”没有可用字形，请联系运维人员安装字体。")
