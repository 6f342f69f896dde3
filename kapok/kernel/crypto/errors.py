"""What can go wrong with keys and sealed data."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class MasterKeyMissing(KapokError):
    """The node has no master key file: `kapok setup` makes it, once."""

    code, status, fields = "crypto.master_missing", 500, ("path",)
    says = _("本节点的主密钥文件不存在，请先运行 kapok setup。")


class MasterKeyUnsafe(KapokError):
    """The master key file can be read by others, or does not hold a key."""

    code, status, fields = "crypto.master_unsafe", 500, ("path", "why")
    says = _("主密钥文件不安全或已损坏，节点拒绝启动加密服务。")


class SealBroken(KapokError):
    """Sealed bytes that do not open: altered, of another subject, or sealed about something else."""

    code, status, fields = "crypto.seal_broken", 500, ("about",)
    says = _("加密数据无法打开：内容已被改动，或不属于此对象。")


class SubjectForgotten(KapokError):
    """The subject's key was destroyed; what it sealed is gone for ever."""

    code, status, fields = "crypto.forgotten", 410, ("subject",)
    says = _("该对象的个人资料已按要求销毁，无法再查看。")


class KeyUnknown(KapokError):
    """No key was ever made for this subject, so nothing can be sealed under it."""

    code, status, fields = "crypto.key_unknown", 500, ("subject",)
    says = _("没有找到该对象的密钥。")
