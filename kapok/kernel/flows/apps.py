from kapok.kernel.common.apps import KapokApp


class FlowsConfig(KapokApp):
    name = "kapok.kernel.flows"
    label = "flows"
    verbose_name = "审核流程"
