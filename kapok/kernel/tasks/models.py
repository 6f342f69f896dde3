"""To-dos."""

from typing import ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Task(models.Model):
    """Something waiting for a person, or for whoever may do a deed in a scope (待办).

    Not the work itself: its source (a case, a document) opens it and takes it back. Titles hold no personal data.
    """

    OPEN, DONE, WITHDRAWN = "open", "done", "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_kind = models.CharField(max_length=40)
    source = models.UUIDField()
    code = models.CharField(max_length=40)
    owner = models.UUIDField(null=True)
    deed = models.CharField(max_length=60, blank=True)
    scope = models.IntegerField(null=True)
    item = models.IntegerField(default=0)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    link = models.CharField(max_length=300)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "tasks_task"
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], condition=models.Q(state="open"), name="tasks_one_open_per_source_and_code"),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False, scope__isnull=True) | models.Q(owner__isnull=True, scope__isnull=False),
                name="tasks_owner_or_queue",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], condition=models.Q(state="open"), name="tasks_of_owner"),
            models.Index(fields=["scope", "deed", "due_at", "id"], condition=models.Q(state="open"), name="tasks_of_queue"),
        ]
