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
    applicant = models.ForeignKey("parties.Party", models.PROTECT, related_name="+", db_index=False)  # intake_of_applicant has it
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
            models.Index(fields=["due_at", "id"], include=["scope", "lane"], condition=models.Q(open=True), name="intake_open_due"),
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
    """A material as handed in (材料): one row a hand-in; the newest of a key counts. `licence`: the held licence used instead of a file."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="handed")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    method = models.CharField(max_length=10)
    originals = models.SmallIntegerField(default=0)
    copies = models.SmallIntegerField(default=0)
    files = models.JSONField(default=list)
    licence = models.UUIDField(null=True)
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "intake_handed"


class Seat(models.Model):
    """A further part in a case besides the deciding agency's (决定 is on the row): 代收, 联办, 委托, 督办.

    `open` and `due_at` are the case's, copied by the database, so that work lists read seats in order.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="seats")
    scope = models.IntegerField()
    lane = models.BigIntegerField()
    why = models.CharField(max_length=10)
    open = models.BooleanField(default=True, db_default=True)
    due_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "intake_seat"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["scope", "case"], name="intake_seat_scope"),
            models.Index(fields=["due_at", "case"], include=["scope", "lane"], condition=models.Q(open=True), name="intake_open_seat_due"),
            models.Index(fields=["scope", "due_at", "case"], condition=models.Q(open=True), name="intake_open_seat_scope"),
            models.Index(fields=["lane", "due_at", "case"], condition=models.Q(open=True), name="intake_open_seat_lane"),
        ]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["case", "scope", "why"], name="intake_one_seat")]


class Draft(models.Model):
    """An application not yet handed in, on the server for every channel; pinned to the version it was begun with.

    `pickup` opens it at a window. `moved_from` is the version it was filled in for, until the applicant has seen the changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    party = models.ForeignKey("parties.Party", models.PROTECT, related_name="+")
    agent = models.ForeignKey("parties.Party", models.PROTECT, null=True, related_name="+")
    version = models.UUIDField()
    moved_from = models.UUIDField(null=True)
    pickup = models.CharField(max_length=10, null=True, unique=True)  # noqa: DJ001 - unique where given: older drafts have none
    impl_code = models.CharField(max_length=64)
    item_name = models.CharField(max_length=200)
    sealed = models.BinaryField()
    step = models.CharField(max_length=20, blank=True)
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "intake_draft"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["version"], name="intake_draft_version")]


class DraftRuling(models.Model):
    """What becomes of drafts of a version when the next one comes into force (or none does): chosen when that was published."""

    from_version = models.UUIDField(primary_key=True)
    impl_code = models.CharField(max_length=64, db_index=True)
    to_version = models.UUIDField(null=True)
    effective_on = models.DateField()
    policy = models.CharField(max_length=10)
    until = models.DateField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "intake_draft_ruling"


class SetupLayer(models.Model):
    """What one region sets for the handling of cases in it and below. Never changed: the next number replaces it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.CharField(max_length=12)
    number = models.IntegerField()
    elements = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    element = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)

    personal: ClassVar = ("made_by",)

    class Meta:
        db_table = "intake_setup_layer"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["region", "number"], name="intake_setup_number")]


class Deputy(models.Model):
    """Somebody stands in for an absent handler, from a moment to a moment; he acts as himself, with the other's reach."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    handler = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    deputy = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200)
    named_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = ("named_by",)

    class Meta:
        db_table = "intake_deputy"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["deputy", "ends"], name="intake_deputy_now")]
