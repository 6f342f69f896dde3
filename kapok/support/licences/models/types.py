"""Types of licences and their versions."""

from typing import Any, ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class LicenceType(models.Model):
    """A kind of licence (证照类型), known by 21 characters: the credit code of the body that defines it, and three of its own.

    What it says stands in its versions.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=21, unique=True)
    name = models.CharField(max_length=200)
    definer = models.CharField(max_length=18)
    definer_name = models.CharField(max_length=200)
    org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, related_name="+")
    scope = models.IntegerField()
    created_at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "licences_type"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["scope", "code"], name="licences_type_scope")]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    def places(self) -> list[tuple[int, int]]:
        """Where it is seen and edited: the scope of the body that owns it."""
        return [(self.scope, 0)]


class TypeVersion(models.Model):
    """What a type says from one publication to the next: fields, numbering, layout, items. Frozen once it leaves the draft."""

    DRAFT, REVIEW, PUBLISHED, REPLACED, STOPPED = "draft", "review", "published", "replaced", "stopped"

    id = models.UUIDField(primary_key=True, default=uuid7)
    type = models.ForeignKey(LicenceType, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    state = models.CharField(max_length=10, default=DRAFT)
    spec = models.JSONField()
    layout = models.TextField()
    edited_by = models.UUIDField(null=True)
    edited_by_name = models.CharField(max_length=100)
    edited_at = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_by_name = models.CharField(max_length=100, blank=True)
    opinion = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = ("edited_by_name", "reviewed_by_name")

    class Meta:
        db_table = "licences_type_version"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["type", "number"], name="licences_type_number"),
            models.UniqueConstraint(fields=["type"], condition=models.Q(state="published"), name="licences_one_published"),
            models.UniqueConstraint(fields=["type"], condition=models.Q(state__in=["draft", "review"]), name="licences_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.type_id} v{self.number}"
