"""First answers by idempotency key."""

from typing import ClassVar

from django.db import models


class Answer(models.Model):
    """The first answer given to a key of an account; kept 48 hours of machine time, then the key is free."""

    account = models.UUIDField()
    key = models.CharField(max_length=64)
    endpoint = models.CharField(max_length=80)
    body = models.BinaryField()
    status = models.SmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(db_index=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "api_answer"
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="api_one_answer")]
