"""Files as rows; their bytes lie sealed in a store."""

from uuid import UUID

from django.db import models

from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import NODE, unseal


class StoredFile(models.Model):
    """One file somebody handed in or the node made.

    Not the bytes: equal content of one subject is kept once, under an address that only this node can compute.
    """

    personal = ("sealed_name",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.UUIDField(default=NODE)
    address = models.CharField(max_length=64, db_index=True)
    sealed_name = models.BinaryField()
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    digest = models.BinaryField()
    stored_at = models.DateTimeField()
    stored_by = models.UUIDField(null=True)

    class Meta:
        db_table = "files_stored_file"

    @property
    def name(self) -> str:
        """The name, opened with the subject's key."""
        subject = self.subject if isinstance(self.subject, UUID) else UUID(str(self.subject))
        return unseal(subject, self.sealed_name, about="files.name").decode()
