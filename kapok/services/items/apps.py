from kapok.kernel.common.apps import KapokApp


class ItemsConfig(KapokApp):
    name = "kapok.services.items"
    label = "items"
    verbose_name = "事项目录"
