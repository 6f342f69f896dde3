"""Django's AppConfig."""

from kapok.kernel.common.apps import KapokApp


class NodesConfig(KapokApp):
    name = "kapok.kernel.nodes"
    label = "nodes"
