"""Keys of the subjects of personal data."""

from django.db import models


class SubjectKey(models.Model):
    """One key for one subject (a person, a company, a case), wrapped by the node's master key.

    Not the data it seals. A destroyed key keeps its row without the key, so that the subject never gets a second one.
    """

    personal = ()

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "crypto_subject_key"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="crypto_key_or_its_end",
            )
        ]
