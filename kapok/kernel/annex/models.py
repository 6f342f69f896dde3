"""Stored figures of measures, and exemptions."""

from typing import ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Figure(models.Model):
    """The last reading of one measure for one city (or the province): the board reads these and counts nothing itself.

    Not history: it is overwritten at every recount. A city a source says nothing of has no figure.
    """

    duty = models.CharField(max_length=6)
    part = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=12)
    done = models.BigIntegerField()
    of = models.BigIntegerField()
    as_of = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()
    facts = models.JSONField(default=list)

    personal: ClassVar = ()

    class Meta:
        db_table = "annex_figure"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["duty", "part", "place"], name="annex_one_figure"),
            models.CheckConstraint(condition=models.Q(done__gte=0, done__lte=models.F("of")), name="annex_done_within_of"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.place}: {self.done}/{self.of}"


class Exemption(models.Model):
    """A city need not do a duty from one day to another (豁免).

    Never deleted and never without an end: it ends by itself, or earlier by `end_exemption`, which keeps the number taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    duty = models.CharField(max_length=6)
    city = models.CharField(max_length=12)
    number = models.CharField(max_length=60, unique=True)
    reason = models.CharField(max_length=500)
    approver = models.CharField(max_length=60)
    starts = models.DateField()
    ends = models.DateField()
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=500, blank=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "annex_exemption"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="annex_exemption_has_days"),
        ]
        indexes: ClassVar = [models.Index(fields=["ends", "duty", "city"], name="annex_exemption_in_force")]

    def __str__(self) -> str:
        return f"{self.duty} {self.city} {self.number}"


class Rehearsal(models.Model):
    """A backup of this node was restored to a second place and compared (恢复演练): what says that it can be relied on."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    backup = models.CharField(max_length=40)
    at = models.DateTimeField(help_text="machine time at its end")
    good = models.BooleanField()
    tables = models.IntegerField()
    differing = models.JSONField(default=list, help_text="names of tables that were not equal, or `files`")
    seconds = models.FloatField()

    personal: ClassVar = ()

    class Meta:
        db_table = "annex_rehearsal"
        indexes: ClassVar = [models.Index(fields=["good", "-at"], name="annex_rehearsal_last")]

    def __str__(self) -> str:
        return f"{self.backup} {'good' if self.good else 'not equal'}"
