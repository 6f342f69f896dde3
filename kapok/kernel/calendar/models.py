"""Versions of the working calendar: published once, never changed; a correction is a later version."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.kernel.calendar.data import DayKind
from kapok.kernel.common.ids import uuid7

KIND_LABELS = (
    (DayKind.WORKDAY.value, _("工作日")),
    (DayKind.WEEKEND.value, _("周末")),
    (DayKind.HOLIDAY.value, _("法定节假日")),
    (DayKind.BRIDGE.value, _("调休放假")),
    (DayKind.MAKEUP.value, _("调休上班")),
)


class CalendarVersion(models.Model):
    """One dated statement of which days are worked (工作日历版本).

    Holds only what it says anew; the calendar of version n is versions 1 to n laid over one another. A trigger refuses
    to change or delete it, `recomputed_at` apart.
    """

    personal = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    effective = models.DateField(help_text="legal date from which it governs")
    published_through = models.PositiveSmallIntegerField(help_text="last year covered by the State Council's notice")
    reason = models.CharField(max_length=500)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)
    recomputed_at = models.DateTimeField(null=True, help_text="when open deadlines had followed")

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} ({self.effective})"


class CalendarDay(models.Model):
    """What a version says of one day."""

    personal = ()

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="days")
    on = models.DateField()
    kind = models.CharField(max_length=8, choices=KIND_LABELS)
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "on"), name="calendar_day_once"),
            models.CheckConstraint(condition=Q(on__gte="2004-01-01", on__lte="2103-12-31"), name="calendar_day_range"),
        )


class MovedDate(models.Model):
    """One date that a version moved, and so the cause of that date (the entry's digest covers these rows)."""

    personal = ()

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="moves")
    source = models.CharField(max_length=60)
    about = models.UUIDField()
    label = models.CharField(max_length=120, blank=True)
    what = models.CharField(max_length=60)
    was = models.DateField()
    becomes = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "about", "what"), name="calendar_move_once"),
            models.CheckConstraint(condition=~Q(was=F("becomes")), name="calendar_move_moves"),
        )
        indexes = (models.Index(fields=("about",), name="calendar_move_about"),)
