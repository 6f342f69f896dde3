"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class JournalConfig(KapokApp):
    name = "kapok.kernel.journal"
    label = "journal"
