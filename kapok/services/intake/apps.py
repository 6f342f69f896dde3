"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class IntakeConfig(KapokApp):
    name = "kapok.services.intake"
    label = "intake"
