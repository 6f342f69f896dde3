"""Forms of signing in and up."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    login = forms.CharField(label=_("手机号码、身份证号码或工作账号"), max_length=64, widget=forms.TextInput({"autocomplete": "username"}))
    password = forms.CharField(label=_("密码"), max_length=128, widget=forms.PasswordInput({"autocomplete": "current-password"}))


class SignUpForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=50, widget=forms.TextInput({"autocomplete": "name"}))
    number = forms.CharField(label=_("身份证号码"), max_length=18, help_text=_("18 位，末位可以是 X。加密保存，只用于核实身份和办事。"))
    phone = forms.CharField(label=_("手机号码"), max_length=11, widget=forms.TextInput({"autocomplete": "tel", "inputmode": "numeric"}))
    password = forms.CharField(
        label=_("设置密码"),
        min_length=8,
        max_length=128,
        help_text=_("至少 8 位。"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class SwitchForm(forms.Form):
    party = forms.UUIDField(required=False)
