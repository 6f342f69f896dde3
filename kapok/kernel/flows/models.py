"""Runs of chains and the decisions made in them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.ids import uuid7
from kapok.kernel.flows.data import Seat


class RunState(models.TextChoices):
    OPEN = "open", _("审核中")
    APPROVED = "approved", _("通过")
    RETURNED = "returned", _("退回")
    WITHDRAWN = "withdrawn", _("撤回")


class Run(models.Model):
    """One thing on its way through a chain: `seats` are its steps, `step` the one that is open, by its scope and item."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    chain = models.CharField(max_length=60)
    about = models.UUIDField()
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.OPEN)
    seats = models.JSONField()
    step = models.SmallIntegerField(default=0)
    scope = models.IntegerField()
    item = models.IntegerField(default=0)
    barred = ArrayField(models.UUIDField(), default=list)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "flows_run"
        constraints = [models.UniqueConstraint(fields=["about"], condition=models.Q(state="open"), name="flows_one_open_run")]
        indexes = [models.Index(fields=["chain", "scope", "started_at"], condition=models.Q(state="open"), name="flows_run_open")]

    def seat_list(self) -> list[Seat]:
        return [Seat(*row) for row in self.seats]

    @property
    def seat(self) -> Seat:
        """The open step's seat."""
        return Seat(*self.seats[self.step])


class Decision(models.Model):
    """What somebody decided at a step. `for_account`: the person a deputy acted for."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=40)
    account = models.UUIDField(null=True)
    label = models.CharField(max_length=100)
    for_account = models.UUIDField(null=True)
    for_label = models.CharField(max_length=100, default="")
    outcome = models.CharField(max_length=10)
    opinion = models.CharField(max_length=2000)
    at = models.DateTimeField()

    personal: ClassVar = ("label", "for_label")

    class Meta:
        db_table = "flows_decision"


class Deputy(models.Model):
    """Somebody decides for an absent colleague, from a moment to a moment."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    deputy = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200)

    personal: ClassVar = ()

    class Meta:
        db_table = "flows_deputy"
        indexes = [models.Index(fields=["deputy", "ends"], name="flows_deputy_now")]
