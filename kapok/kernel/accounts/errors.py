"""What can be wrong with a log-in."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Conflict, KapokError


class LoginTaken(Conflict):
    """There is an account with this phone, name or person already."""

    code = "accounts.taken"
    says = _("该手机号码或证件号码已经注册，请直接登录。")


class LoginFailed(KapokError):
    """Wrong name or password: which of the two is not said."""

    code, status = "accounts.login_failed", 401
    says = _("账号或密码不正确，请重新输入。")


class TooManyAttempts(KapokError):
    """Too many failures; wait."""

    code, status, fields = "accounts.too_many", 429, ("minutes",)
    says = _("尝试次数过多，请 {minutes} 分钟后再试。如需帮助请拨打 12345。")
