"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class AccessConfig(KapokApp):
    name = "kapok.kernel.access"
    label = "access"
