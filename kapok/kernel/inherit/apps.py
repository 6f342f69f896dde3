from kapok.kernel.common.apps import KapokApp


class InheritConfig(KapokApp):
    name = "kapok.kernel.inherit"
    label = "inherit"
    verbose_name = "逐级继承"
