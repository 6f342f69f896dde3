from kapok.kernel.common.apps import KapokApp


class OfdConfig(KapokApp):
    name = "kapok.kernel.ofd"
    label = "ofd"
    verbose_name = "版式文件"
