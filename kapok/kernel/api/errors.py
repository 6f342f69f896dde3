"""What an API refuses before any verb is called."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Conflict, KapokError


class IdempotencyConflict(Conflict):
    """The key was used before with another body."""

    code, fields = "idempotency.conflict", ("key",)
    says = _("同一 Idempotency-Key 已用于不同内容的请求。")


class IdempotencyMissing(KapokError):
    """Every write names a key."""

    code, status = "idempotency.missing", 400
    says = _("写请求须带 Idempotency-Key 头（1 至 64 个字符）。")


class Unreadable(KapokError):
    """The body is not what the endpoint reads."""

    code, status = "api.unreadable", 400
    says = _("请求内容无法读取：应为正确的 JSON。")
