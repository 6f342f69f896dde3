"""Leave to sign that was used."""

from django.db import models


class SpentAuthorisation(models.Model):
    """One use of one leave with one key: no leave signs twice with the same key.

    Not the log of seal use, which the seals' own app keeps for ever; a row here goes after a day. `person` is the number of an
    account or the name of a system.
    """

    personal = ()

    pk = models.CompositePrimaryKey("nonce", "key")
    nonce = models.BinaryField(max_length=16)
    key = models.CharField(max_length=600)
    document_sm3 = models.BinaryField(max_length=32)
    signed_sm3 = models.BinaryField(max_length=32)
    person = models.CharField(max_length=200)
    spent_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "crypto_spent_authorisation"
