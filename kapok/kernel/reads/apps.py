from kapok.kernel.common.apps import KapokApp


class ReadsConfig(KapokApp):
    name = "kapok.kernel.reads"
    label = "reads"
    verbose_name = "查阅记录"
