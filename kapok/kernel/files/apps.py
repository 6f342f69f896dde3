from kapok.kernel.common.apps import KapokApp


class FilesConfig(KapokApp):
    name = "kapok.kernel.files"
    label = "files"
    verbose_name = "文件"
