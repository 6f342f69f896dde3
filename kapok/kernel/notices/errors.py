"""What can go wrong with notices."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class NoticeTemplateMissing(KapokError):
    """No app has this template in its notices.toml."""

    code, status, fields = "notices.template_missing", 500, ("key",)
    says = _("没有找到消息模板 {key}。")


class NoticeDataMissing(KapokError):
    """The template asks for something the sender did not give."""

    code, status, fields = "notices.data_missing", 500, ("key", "missing")
    says = _("消息模板 {key} 缺少内容：{missing}。")


class ChannelUnknown(KapokError):
    """There is no such channel to have a wish about."""

    code, status, fields = "notices.channel_unknown", 422, ("channel",)
    says = _("没有这种通知方式。")
