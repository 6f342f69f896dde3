"""Licences, whose they are, what became of them, and their way to a seal and to the catalogue."""

from typing import Any, ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Licence(models.Model):
    """A certificate issued to one or several holders (电子证照), in one version.

    Not the file: a rendition may be made again. Never deleted: ended by a verb, which keeps the number taken. A change gives a new
    version, a row of its own, that names the one before. 过期 is read from `valid_to`, never stored.
    `waited`: machine seconds from issue to seal.
    """

    PENDING, VALID, SUSPENDED, CHANGED = "pending", "valid", "suspended", "changed"
    CANCELLED, WITHDRAWN, REVOKED, TRANSFERRED = "cancelled", "withdrawn", "revoked", "transferred"
    LIVE = (PENDING, VALID, SUSPENDED)

    id = models.UUIDField(primary_key=True, default=uuid7)
    identifier = models.CharField(max_length=128, unique=True)
    lineage = models.UUIDField()
    version = models.SmallIntegerField(default=1)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    type_code = models.CharField(max_length=21)
    type_version = models.ForeignKey("licences.TypeVersion", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=128)
    holder = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=200)
    subject = models.UUIDField()
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    issuer_name = models.CharField(max_length=200)
    issuer_code = models.CharField(max_length=18)
    region = models.CharField(max_length=12)
    scope = models.IntegerField()
    case = models.UUIDField(null=True)
    case_number = models.CharField(max_length=64, blank=True)
    item_code = models.CharField(max_length=64, blank=True)
    item_name = models.CharField(max_length=200, blank=True)
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    state = models.CharField(max_length=12, default=PENDING)
    source = models.CharField(max_length=10, default="issued")
    trust = models.CharField(max_length=1, default="A")
    warning = models.CharField(max_length=60, blank=True)
    sealed = models.BinaryField()
    ofd = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(null=True)
    pdf_digest = models.BinaryField(null=True)
    signed_at = models.DateTimeField(null=True)
    waited = models.FloatField(null=True)

    personal: ClassVar = ("holder_name", "sealed")

    class Meta:
        db_table = "licences_licence"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["type_code", "number"], condition=models.Q(state__in=["pending", "valid", "suspended"]), name="licences_one_live"
            ),
            models.UniqueConstraint(fields=["lineage", "version"], name="licences_one_version"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["scope", "-id"], name="licences_of_scope"),
            models.Index(fields=["holder", "-id"], name="licences_of_holder"),
            models.Index(fields=["number"], name="licences_by_number"),
            models.Index(fields=["issuer_code", "state"], name="licences_of_issuer"),
            models.Index(fields=["case"], name="licences_of_case"),
            models.Index(fields=["digest"], name="licences_by_digest"),
            models.Index(fields=["pdf_digest"], name="licences_by_pdf_digest"),
            models.Index(fields=["valid_to"], condition=models.Q(state="valid"), name="licences_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def places(self) -> list[tuple[int, int]]:
        """Where it is seen: the scope of the body that issued it."""
        return [(self.scope, 0)]


class Holder(models.Model):
    """One of those a licence is issued to (持证主体); found by blind index, shown masked. A part of the licence's sealed data."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="holders")
    position = models.SmallIntegerField(default=0)
    name_masked = models.CharField(max_length=200)
    number_masked = models.CharField(max_length=64)
    number_type = models.CharField(max_length=3)
    number_index = models.BinaryField()

    personal: ClassVar = ("name_masked", "number_masked", "number_index")

    class Meta:
        db_table = "licences_holder"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["licence", "position"], name="licences_holder_place")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["number_index"], name="licences_holder_number")]


class StatusEntry(models.Model):
    """One step in the life of a licence, in order; rows are only ever added (a trigger refuses the rest)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="history")
    sequence = models.SmallIntegerField()
    verb = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    doer = models.CharField(max_length=100)
    account = models.UUIDField(null=True)
    confirmed_by = models.CharField(max_length=100, blank=True)

    personal: ClassVar = ("doer", "confirmed_by")

    class Meta:
        db_table = "licences_status"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["licence", "sequence"], name="licences_status_order")]


class StatusRequest(models.Model):
    """A verb that waits for a second person; `sealed` holds the new values of a change."""

    OPEN, DONE, REFUSED = "open", "done", "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="requests")
    verb = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    cause = models.CharField(max_length=20, blank=True)
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, default=OPEN)
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=300, blank=True)

    personal: ClassVar = ("sealed", "asked_by_name", "decided_by_name")

    class Meta:
        db_table = "licences_request"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["licence"], condition=models.Q(state="open"), name="licences_one_request")
        ]


class Signing(models.Model):
    """A licence that waits for its seal: the queue, in the order of issue. The row goes with the seal.

    `began_at` is the time written on the licence and `code_text` what its QR code says: fixed at the first try, so that every further try
    makes the same bytes.
    """

    licence = models.OneToOneField(Licence, models.PROTECT, primary_key=True, related_name="signing")
    org = models.IntegerField()
    queued_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    code_text = models.TextField(blank=True)
    worker = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=500, blank=True)
    alarmed_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "licences_signing"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["org", "licence"], name="licences_signing_order")]


class DirectoryEntry(models.Model):
    """What the catalogue (证照目录) is told of a licence, in the names of `up_lic_data`, from the transaction that changed it.

    The holders' names and numbers lie sealed. `received_at`: the province's catalogue has it; nothing else of a row changes (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="directory")
    operation = models.CharField(max_length=12)
    region = models.CharField(max_length=12)
    record = models.JSONField()
    sealed = models.BinaryField()
    produced_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "licences_directory"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["licence", "id"], name="licences_directory_of"),
            models.Index(fields=["produced_at"], name="licences_directory_when"),
            models.Index(fields=["produced_at"], condition=models.Q(received_at=None), name="licences_directory_waiting"),
        ]


class BulkRequest(models.Model):
    """A query for more rows than one may take at once: asked for, approved by another, and every answer noted in `rows` and `taken_at`."""

    OPEN, APPROVED, REFUSED, TAKEN = "open", "approved", "refused", "taken"

    id = models.UUIDField(primary_key=True, default=uuid7)
    scope = models.IntegerField()
    asked = models.JSONField()
    purpose = models.CharField(max_length=200)
    count = models.IntegerField()
    state = models.CharField(max_length=10, default=OPEN)
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    rows = models.IntegerField(null=True)
    taken_at = models.DateTimeField(null=True)

    personal: ClassVar = ("asked_by_name", "decided_by_name")

    class Meta:
        db_table = "licences_bulk"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["scope", "-id"], name="licences_bulk_scope")]

    def places(self) -> list[tuple[int, int]]:
        """Where it is decided."""
        return [(self.scope, 0)]
