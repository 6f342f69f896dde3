"""A case, its acts, what was handed in, and who has a part in it. `actions` alone writes; `rules` alone decides."""

from typing import Any, ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Case(models.Model):
    """One application and its handling (办件).

    The applicant's name is masked here and lies in the `Dossier`; `due_at` is what queues sort by: the limit that runs now.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    serial = models.CharField(max_length=64, unique=True)
    number = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique where given: none before acceptance
    item = models.ForeignKey("items.Item", models.PROTECT, related_name="+")
    version = models.UUIDField()
    handling = models.CharField(max_length=64, blank=True)
    item_name = models.CharField(max_length=200)
    impl_code = models.CharField(max_length=64)
    kind = models.CharField(max_length=1)
    channel = models.CharField(max_length=1)
    applicant = models.ForeignKey("parties.Party", models.PROTECT, related_name="+")
    agent = models.ForeignKey("parties.Party", models.PROTECT, null=True, related_name="+")
    applicant_name = models.CharField(max_length=100)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    scope = models.IntegerField()
    lane = models.BigIntegerField()
    state = models.CharField(max_length=16)
    open = models.BooleanField(default=True)
    step = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    sequence = models.IntegerField(default=1)
    holder = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    holder_name = models.CharField(max_length=100, blank=True)
    answered = models.BooleanField(default=False)
    extended = models.BooleanField(default=False)
    corrections = models.SmallIntegerField(default=0)
    marked = models.JSONField(default=list)
    hands = models.JSONField(default=list)
    situation = models.JSONField(default=dict)
    clock = models.JSONField()
    due_at = models.DateTimeField(null=True)
    due_statutory = models.DateTimeField(null=True)
    due_promised = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    applied_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    personal: ClassVar = ("applicant_name",)

    class Meta:
        db_table = "intake_case"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at", "id"], condition=models.Q(open=True), name="intake_open_due"),
            models.Index(fields=["scope", "due_at", "id"], condition=models.Q(open=True), name="intake_open_scope"),
            models.Index(fields=["lane", "due_at", "id"], condition=models.Q(open=True), name="intake_open_lane"),
            models.Index(fields=["applicant", "-id"], name="intake_of_applicant"),
        ]

    def __str__(self) -> str:
        return self.number or self.serial


class Act(models.Model):
    """One act of a case; (case, sequence) is its key. Partitioned by month over the case's id."""

    pk = models.CompositePrimaryKey("case_id", "sequence")
    case_id = models.UUIDField()
    sequence = models.IntegerField()
    act = models.CharField(max_length=24)
    outcome = models.CharField(max_length=16)
    step = models.CharField(max_length=40, blank=True)
    state_to = models.CharField(max_length=16)
    account = models.UUIDField(null=True)
    doer = models.CharField(max_length=100)
    org = models.IntegerField(null=True)
    occurred_at = models.DateTimeField()
    data = models.JSONField()
    document = models.CharField(max_length=40, blank=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "intake_act"


class Dossier(models.Model):
    """What the applicant said, sealed under the applicant's key: identity, contact and the form's answers."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True)
    subject = models.UUIDField()
    sealed = models.BinaryField()

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "intake_dossier"


class Handed(models.Model):
    """A material as handed in (材料): one row a hand-in; the newest of a key counts."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="handed")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    method = models.CharField(max_length=10)
    originals = models.SmallIntegerField(default=0)
    copies = models.SmallIntegerField(default=0)
    files = models.JSONField(default=list)
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "intake_handed"


class Seat(models.Model):
    """A further part in a case besides the deciding agency's (决定 is on the row): 代收, 联办, 委托, 督办."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="seats")
    scope = models.IntegerField()
    lane = models.BigIntegerField()
    why = models.CharField(max_length=10)

    personal: ClassVar = ()

    class Meta:
        db_table = "intake_seat"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["scope", "case"], name="intake_seat_scope")]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["case", "scope", "why"], name="intake_one_seat")]


class Draft(models.Model):
    """An application not yet handed in, on the server for every channel; pinned to the version it was begun with."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    party = models.ForeignKey("parties.Party", models.PROTECT, related_name="+")
    agent = models.ForeignKey("parties.Party", models.PROTECT, null=True, related_name="+")
    version = models.UUIDField()
    impl_code = models.CharField(max_length=64)
    item_name = models.CharField(max_length=200)
    sealed = models.BinaryField()
    step = models.CharField(max_length=20, blank=True)
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "intake_draft"
