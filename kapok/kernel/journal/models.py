"""The journal: one row per action, and its sealed order.

`Entry` is partitioned by month over its id (the migration holds the SQL); no foreign key points into it.
"""

from typing import Any

from django.db import models


class TransactionId(models.Field):
    """PostgreSQL's xid8: which transaction wrote the row."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class Entry(models.Model):
    """Who did what to which thing, when, why, and the event it announces: audit row and outbox at once.

    Never changed, never deleted singly: a trigger refuses both.
    """

    id = models.UUIDField(primary_key=True)
    xid = TransactionId(db_default=models.Func(template="pg_current_xact_id()", output_field=TransactionId()))
    run = models.UUIDField()
    cause = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    event = models.CharField(max_length=80)
    about_kind = models.CharField(max_length=40)
    about = models.UUIDField()
    account = models.UUIDField(null=True)
    actor = models.JSONField()
    occurred_at = models.DateTimeField()
    data = models.JSONField()
    commitment = models.BinaryField(null=True)

    personal = ()

    class Meta:
        db_table = "journal_entry"
        managed = True


class Side(models.Model):
    """The personal fields of an entry under the subject's key; erasing the key leaves the entry's commitment standing."""

    entry = models.UUIDField(primary_key=True)
    subject = models.UUIDField()
    sealed = models.BinaryField()

    personal = ("sealed",)

    class Meta:
        db_table = "journal_side"


class Place(models.Model):
    """An entry's place in the sealed order, and the SM3 link that binds it to all before it."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    link = models.BinaryField()

    personal = ()

    class Meta:
        db_table = "journal_place"


class Head(models.Model):
    """How far the sealer has come: the snapshot it has seen, in which cluster, and the last link."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    cluster = models.CharField(max_length=40)
    snapshot = models.TextField()
    seq = models.BigIntegerField(default=0)
    link = models.BinaryField()

    personal = ()

    class Meta:
        db_table = "journal_head"


class Root(models.Model):
    """One sealed batch: its range and last link; of some, the node's signature over how far the order has come."""

    last = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    link = models.BinaryField()
    sealed_at = models.DateTimeField()
    signature = models.BinaryField(null=True)
    signed_at = models.DateTimeField(null=True)
    chain = models.JSONField(default=list, db_default=[])

    personal = ()

    class Meta:
        db_table = "journal_root"


class Follower(models.Model):
    """How far one subscriber has read the sealed order, and what stops it."""

    name = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField(default=0)
    tries = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    personal = ()

    class Meta:
        db_table = "journal_follower"


class DeadLetter(models.Model):
    """An entry a subscriber could not take after all tries; an operator sends it `again` or sets it aside."""

    follower = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    entry = models.UUIDField()
    error = models.TextField()
    at = models.DateTimeField()
    again = models.BooleanField(default=False, db_default=False)

    personal = ()

    class Meta:
        db_table = "journal_dead_letter"
