"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class PartiesConfig(KapokApp):
    name = "kapok.kernel.parties"
    label = "parties"
