"""The node's own certificates, and the roots it trusts."""

from django.db import models


class Authority(models.Model):
    """One generation of an issuing authority of this node; its key is in custody under `label`.

    Never deleted: what it issued is judged by it for ever. A rotated one is retired: it issues no more, but still signs its lists.
    """

    personal = ()

    id = models.UUIDField(primary_key=True)
    algorithm = models.CharField(max_length=8)
    role = models.CharField(max_length=20)
    generation = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    certificate = models.BinaryField()
    issuer = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "crypto_authority"
        constraints = [models.UniqueConstraint(fields=["algorithm", "role", "generation"], name="crypto_authority_generation")]


class IssuedCertificate(models.Model):
    """A certificate one of the authorities has issued; with a `label`, its key is the node's own.

    The subject of a seal of a person holds an official's name, as the seal itself does for everybody to see.
    """

    personal = ("subject", "certificate")

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    serial = models.CharField(max_length=40, unique=True)
    purpose = models.CharField(max_length=20)
    subject = models.TextField()
    label = models.CharField(max_length=200, default="")
    certificate = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "crypto_certificate"
        indexes = [
            models.Index(fields=["valid_to"], name="crypto_certificate_end"),
            models.Index(fields=["purpose"], condition=~models.Q(label=""), name="crypto_certificate_own"),
        ]


class RevokedCertificate(models.Model):
    """That a certificate was revoked: since when in law, why, and since when its key is not to be relied on. Never taken back."""

    personal = ()

    certificate = models.OneToOneField(IssuedCertificate, on_delete=models.PROTECT, primary_key=True, related_name="revoked")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=24)
    invalid_since = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "crypto_revoked"


class RevocationList(models.Model):
    """A list of revoked certificates as published; `entries` is how many it holds, by which a newer revocation is noticed."""

    personal = ()

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()
    entries = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "crypto_revocation_list"
        constraints = [models.UniqueConstraint(fields=["authority", "number"], name="crypto_revocation_list_number")]


class TrustRoot(models.Model):
    """A root that is trusted for a purpose (`any`: for all). Removing keeps the row: what was trusted when stays known."""

    personal = ()

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=20)
    sm3 = models.BinaryField(max_length=32)
    name = models.TextField()
    certificate = models.BinaryField()
    own = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "crypto_trust_root"
        constraints = [
            models.UniqueConstraint(fields=["purpose", "sm3"], condition=models.Q(removed_at__isnull=True), name="crypto_trust_root_once")
        ]
