"""Django's AppConfig of the design system."""

from kapok.kernel.common.apps import KapokApp


class UiConfig(KapokApp):
    name = "kapok.kernel.ui"
    label = "ui"
    verbose_name = "界面"
