"""What the calendar gives the frame of the product: its menu line, the count of working days, its timer."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.calendar import jobs  # noqa: F401 - registers the timer's handler
from kapok.kernel.calendar.public import working_days_between
from kapok.kernel.ui.public import OPS, Entry, menu, use_day_counter

menu.add(Entry(_("工作日历"), "calendar:year", OPS, deed="calendar.amend", icon="calendar", order=60))
use_day_counter(working_days_between)
