"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class LicencesConfig(KapokApp):
    name = "kapok.support.licences"
    label = "licences"
