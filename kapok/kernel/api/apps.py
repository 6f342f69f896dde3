"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class ApiConfig(KapokApp):
    name = "kapok.kernel.api"
    label = "api"
