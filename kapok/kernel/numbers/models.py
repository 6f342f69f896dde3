"""Counters."""

from django.db import models


class Counter(models.Model):
    """The last number given in one profile under one key (an item and day, a unit and year …).

    Gapless because it moves only inside the transaction that uses the number.
    """

    personal = ()

    pk = models.CompositePrimaryKey("profile", "key")
    profile = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    value = models.BigIntegerField()

    class Meta:
        db_table = "numbers_counter"
        constraints = [models.CheckConstraint(condition=models.Q(value__gt=0), name="numbers_counter_positive")]
