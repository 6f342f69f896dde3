"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class SealsConfig(KapokApp):
    name = "kapok.support.seals"
    label = "seals"
