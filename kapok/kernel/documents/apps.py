from kapok.kernel.common.apps import KapokApp


class DocumentsConfig(KapokApp):
    name = "kapok.kernel.documents"
    label = "documents"
    verbose_name = "文书"
