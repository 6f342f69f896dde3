from kapok.kernel.common.apps import KapokApp


class NumbersConfig(KapokApp):
    name = "kapok.kernel.numbers"
    label = "numbers"
    verbose_name = "编号"
