from kapok.kernel.common.apps import KapokApp


class CalendarConfig(KapokApp):
    name = "kapok.kernel.calendar"
    label = "calendar"
