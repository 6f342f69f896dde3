from kapok.kernel.common.apps import KapokApp


class TasksConfig(KapokApp):
    name = "kapok.kernel.tasks"
    label = "tasks"
    verbose_name = "待办"
