"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class PortalConfig(KapokApp):
    name = "kapok.services.portal"
    label = "portal"
