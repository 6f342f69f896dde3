from kapok.kernel.common.apps import KapokApp


class SearchConfig(KapokApp):
    name = "kapok.kernel.search"
    label = "search"
    verbose_name = "检索"
