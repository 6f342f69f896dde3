from kapok.kernel.common.apps import KapokApp


class NoticesConfig(KapokApp):
    name = "kapok.kernel.notices"
    label = "notices"
    verbose_name = "消息"
