"""Forms of signing in and up."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("手机号码、身份证号码或工作账号"),
        max_length=64,
        error_messages={"required": _("请填写手机号码、身份证号码或工作账号。")},
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        error_messages={"required": _("请填写密码。")},
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class SignUpForm(forms.Form):
    name = forms.CharField(
        label=_("姓名"), max_length=50, error_messages={"required": _("请填写姓名。")}, widget=forms.TextInput({"autocomplete": "name"})
    )
    number = forms.CharField(
        label=_("身份证号码"),
        max_length=18,
        error_messages={"required": _("请填写身份证号码。"), "max_length": _("身份证号码应为 18 位。")},
        help_text=_("18 位，末位可以是 X。加密保存，只用于核实身份和办事。"),
    )
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=11,
        error_messages={"required": _("请填写手机号码。"), "max_length": _("手机号码应为 11 位数字。")},
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=_("设置密码"),
        min_length=8,
        max_length=128,
        error_messages={"required": _("请设置密码。"), "min_length": _("密码至少 8 位。")},
        help_text=_("至少 8 位，不要全用数字，也不要用常见的密码。"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        try:
            validate_password(password)
        except ValidationError:
            raise ValidationError(_("这个密码太容易被猜到：不要全用数字，也不要用常见的密码。"), code="weak") from None
        return password


class SwitchForm(forms.Form):
    party = forms.UUIDField(required=False)
