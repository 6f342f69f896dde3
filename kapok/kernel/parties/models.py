"""Those a government deals with: natural and legal persons."""

from typing import ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Party(models.Model):
    """A natural or legal person (当事人).

    Name and number lie sealed under the party's own key; the row shows them masked, and finds the number by blind index.
    """

    NATURAL, LEGAL = "natural", "legal"

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10, choices=[(NATURAL, "自然人"), (LEGAL, "法人")])
    number_type = models.CharField(max_length=3)
    number_index = models.BinaryField()
    name_masked = models.CharField(max_length=100)
    number_masked = models.CharField(max_length=40)
    sealed = models.BinaryField()
    region = models.CharField(max_length=12, blank=True)
    representative = models.ForeignKey("self", models.PROTECT, null=True, related_name="represents")
    created_at = models.DateTimeField()

    personal: ClassVar = ("number_index", "name_masked", "number_masked", "sealed")

    class Meta:
        db_table = "parties_party"
        constraints = [models.UniqueConstraint(fields=["number_type", "number_index"], name="parties_one_per_number")]

    def __str__(self) -> str:
        return self.name_masked
