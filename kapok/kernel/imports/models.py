"""Batches, their rows, and the keys that were taken."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import StoredFile


class Batch(models.Model):
    """One file to be imported (导入批次): checked first, taken only once somebody has read the report.

    Its rows and its file are sealed under the batch's own key; when that is destroyed only figures are left.
    """

    WAITING, CHECKING, CHECKED, APPROVED, TAKING, DONE, STOPPED, REFUSED = (
        "waiting", "checking", "checked", "approved", "taking", "done", "stopped", "refused",
    )  # fmt: skip
    STATES = (
        (WAITING, _("等待检查")),
        (CHECKING, _("正在检查")),
        (CHECKED, _("等待确认")),
        (APPROVED, _("等待导入")),
        (TAKING, _("正在导入")),
        (DONE, _("已完成")),
        (STOPPED, _("已取消")),
        (REFUSED, _("无法导入")),
    )
    AT_WORK = (WAITING, CHECKING, APPROVED, TAKING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    scope = models.IntegerField()
    org = models.IntegerField(null=True)
    account = models.UUIDField(null=True)
    by = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    stop = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    began = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    sound = models.IntegerField(default=0)
    faulty = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    problem_data = models.JSONField(default=dict)
    strange = models.JSONField(default=list)
    forgotten = models.BooleanField(default=False)

    personal: ClassVar = ()

    class Meta:
        db_table = "imports_batch"
        indexes = [
            models.Index(fields=["scope", "-id"], name="imports_of_scope"),
            models.Index(
                fields=["uploaded_at"], condition=models.Q(state__in=["waiting", "checking", "approved", "taking"]), name="imports_at_work"
            ),
        ]

    def places(self) -> list[tuple[int, int]]:
        """Where it belongs, for the access rules."""
        return [(self.scope, 0)]


class StagedRow(models.Model):
    """A row of a batch, sealed; its faults hold codes and no values."""

    SOUND, FAULTY, SAME, TAKEN = 0, 1, 2, 3

    id = models.BigAutoField(primary_key=True)
    batch: "models.ForeignKey[Any, Batch]" = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.IntegerField()
    key = models.BinaryField(null=True)
    digest = models.BinaryField()
    group = models.CharField(max_length=100, blank=True)
    file = models.CharField(max_length=300, blank=True)
    state = models.SmallIntegerField(default=SOUND)
    faults = models.JSONField(default=list)
    sealed = models.BinaryField()

    personal = ("key", "sealed")

    class Meta:
        db_table = "imports_row"
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="imports_row_number")]
        indexes = [models.Index(fields=["batch", "state", "number"], name="imports_row_state")]


class TakenKey(models.Model):
    """What was taken before: the key as a blind index, and a digest of the row that came with it."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    key = models.BinaryField()
    digest = models.BinaryField()
    batch = models.UUIDField()

    personal = ("key",)

    class Meta:
        db_table = "imports_taken"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="imports_taken_once")]
