"""Timers: something is due at a legal time. Failures: why a background job did not succeed."""

from typing import ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Timer(models.Model):
    """One thing due at a legal moment; fired by the worker, in the transaction of what it does."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=40)
    about = models.UUIDField()
    due_at = models.DateTimeField(db_index=True)
    tries = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    personal: ClassVar = ()

    class Meta:
        db_table = "jobs_timer"
        constraints = [models.UniqueConstraint(fields=["kind", "about"], name="jobs_one_timer")]


class Failure(models.Model):
    """Why a background job failed at its last try; gone when it succeeds. The job itself is procrastinate's row `job`."""

    job = models.BigIntegerField(primary_key=True)
    task = models.CharField(max_length=128)
    tries = models.SmallIntegerField()
    error = models.TextField()
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "jobs_failure"
