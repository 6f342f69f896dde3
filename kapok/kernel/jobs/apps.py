"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class JobsConfig(KapokApp):
    name = "kapok.kernel.jobs"
    label = "jobs"
