"""Who read whose record."""

from typing import ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class ReadNote(models.Model):
    """One opening of one person's record by somebody else, with its purpose (谁看过我的资料).

    Not the journal: written many times as often, never announced. Partitioned by month over its id, which holds the machine time of
    the reading; the migration holds the SQL. No foreign key points into it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    party = models.UUIDField()
    account = models.UUIDField(null=True)
    org = models.IntegerField(null=True)
    reader = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)
    what = models.CharField(max_length=40)
    about = models.UUIDField(null=True)

    personal: ClassVar = ("reader",)

    class Meta:
        db_table = "reads_note"
