from kapok.kernel.common.apps import KapokApp


class ImportsConfig(KapokApp):
    name = "kapok.kernel.imports"
    label = "imports"
    verbose_name = "批量导入"
