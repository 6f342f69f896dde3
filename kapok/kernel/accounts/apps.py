"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class AccountsConfig(KapokApp):
    name = "kapok.kernel.accounts"
    label = "accounts"
