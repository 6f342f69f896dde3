"""Using licences: the log of uses, copies handed out, codes shown, authorisations, objections; status lists and statements."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kapok.kernel.common.ids import uuid7


class Use(models.Model):
    """One use of one licence (用证记录): who, for which item and case, on what ground, which fields; the holder reads it.

    Rows are only ever added: a trigger refuses the rest. `caller` is the office or system, `person` whoever acted for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey("licences.Licence", models.PROTECT, related_name="+")
    holder = models.UUIDField(null=True)
    mode = models.CharField(max_length=10)
    result = models.CharField(max_length=8)
    item_code = models.CharField(max_length=64, blank=True)
    item_name = models.CharField(max_length=200, blank=True)
    case_number = models.CharField(max_length=64, blank=True)
    ground = models.CharField(max_length=200)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    account = models.UUIDField(null=True)
    org = models.IntegerField(null=True)
    caller = models.CharField(max_length=120)
    person = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()

    personal: ClassVar = ("caller", "person", "ground")

    class Meta:
        db_table = "licences_use"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["holder", "-id"], name="licences_uses_of_holder"),
            models.Index(fields=["licence", "-id"], name="licences_uses_of_licence"),
        ]


class Copy(models.Model):
    """A file handed out (加注件): for one purpose, to one receiver, until a day; watermarked and sealed by itself.

    The row is there before the file: a copy whose seal could not be put waits, with the reason, and is finished later, once. What its
    printed code says is fixed at the first try, so that every try makes the same bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    use = models.ForeignKey(Use, models.PROTECT, related_name="copies")
    licence = models.ForeignKey("licences.Licence", models.PROTECT, related_name="+")
    holder = models.UUIDField(null=True)
    subject = models.UUIDField()
    media = models.CharField(max_length=3)
    maker = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    for_whom = models.CharField(max_length=120)
    item_code = models.CharField(max_length=64, blank=True)
    case_number = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(null=True)
    waits_for = models.CharField(max_length=60, blank=True)
    code_text = models.TextField(blank=True)

    personal: ClassVar = ("maker", "purpose", "for_whom")

    class Meta:
        db_table = "licences_copy"
        constraints: ClassVar[list[Any]] = [models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="licences_copy_has_a_term")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["digest"], name="licences_copy_by_digest"),
            models.Index(fields=["licence", "-id"], name="licences_copies_of"),
        ]


class Showing(models.Model):
    """A code on a holder's screen (亮证码): read once, within a minute of machine time; a copy only if the holder agrees.

    `seen` is the reader's own key from the reading on: another device that has the code has nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey("licences.Licence", models.PROTECT, related_name="+")
    holder = models.UUIDField()
    account = models.UUIDField()
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_until = models.DateTimeField(null=True)
    seen = models.BinaryField(null=True)
    asked_at = models.DateTimeField(null=True)
    for_whom = models.CharField(max_length=120, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    copy = models.ForeignKey(Copy, models.PROTECT, null=True, related_name="+")

    personal: ClassVar = ("for_whom", "purpose")

    class Meta:
        db_table = "licences_showing"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["seen"], name="licences_showing_seen")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["licence", "-id"], name="licences_showings_of")]


class UseCode(models.Model):
    """A short code the holder says at a window or types into a system (用证码): one use, some minutes."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey("licences.Licence", models.PROTECT, related_name="+")
    holder = models.UUIDField()
    account = models.UUIDField()
    digest = models.BinaryField(unique=True)
    item_code = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    use = models.ForeignKey(Use, models.PROTECT, null=True, related_name="+")

    personal: ClassVar = ()

    class Meta:
        db_table = "licences_use_code"


class Consent(models.Model):
    """What a holder allows an agency to use for one purpose (委托授权): one item, one case if named, until a day, so many times."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    licence = models.ForeignKey("licences.Licence", models.PROTECT, related_name="+")
    holder = models.UUIDField()
    account = models.UUIDField()
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=64)
    item_name = models.CharField(max_length=200, blank=True)
    case_number = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    most = models.SmallIntegerField(default=1)
    used = models.SmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    personal: ClassVar = ("purpose",)

    class Meta:
        db_table = "licences_consent"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(used__gte=0) & Q(used__lte=F("most")), name="licences_consent_not_overused")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["holder", "-id"], name="licences_consents_of_holder"),
            models.Index(fields=["licence", "item_code"], name="licences_consents_of"),
        ]


class ViewToken(models.Model):
    """A key to look once at a licence (查看令牌), some minutes long."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    use = models.ForeignKey(Use, models.PROTECT, related_name="+")
    digest = models.BinaryField(unique=True)
    ends_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "licences_view_token"


class UseRight(models.Model):
    """An item for which a connected system is registered to use licences (接入登记); outside of these it is refused."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.UUIDField()
    item_code = models.CharField(max_length=64)
    item_name = models.CharField(max_length=200, blank=True)
    scope = models.IntegerField()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    given_by = models.UUIDField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "licences_use_right"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["account", "item_code"], name="licences_rights_of")]


class Objection(models.Model):
    """A holder's objection to a use (异议): the issuing body's supervisor looks into it and answers in working days."""

    WAITING, FOUNDED, UNFOUNDED = "waiting", "founded", "unfounded"

    id = models.UUIDField(primary_key=True, default=uuid7)
    use = models.OneToOneField(Use, models.PROTECT, related_name="objection")
    holder = models.UUIDField()
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    scope = models.IntegerField()
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, default=WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True)
    answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    personal: ClassVar = ("sealed", "answer")

    class Meta:
        db_table = "licences_objection"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["holder", "-id"], name="licences_objections_of"),
            models.Index(fields=["scope", "due_at", "id"], condition=Q(state="waiting"), name="licences_objections_due"),
        ]

    def places(self) -> list[tuple[int, int]]:
        """Where it is answered: the scope of the body that issued the licence."""
        return [(self.scope, 0)]


class StatusList(models.Model):
    """What an issuing body's licences are no longer (or not now) in force, signed, for readers without a network."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    issuer = models.CharField(max_length=18)
    number = models.IntegerField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    content = models.BinaryField()

    personal: ClassVar = ()

    class Meta:
        db_table = "licences_status_list"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["issuer", "number"], name="licences_status_list_number")]


class Statement(models.Model):
    """A signed word on what the store holds of somebody at a moment: nothing of a type, or a licence that has ended (无证证明, 注销证明).

    The signed text lies sealed under its subject's key; `signature` is SM2 over it, `document` the paper that says the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=8)
    party = models.UUIDField()
    licence = models.ForeignKey("licences.Licence", models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    asked_of = models.DateTimeField()
    made_at = models.DateTimeField()
    sealed = models.BinaryField()
    signature = models.BinaryField()
    certificate = models.BinaryField()
    document = models.UUIDField()
    account = models.UUIDField(null=True)

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "licences_statement"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["party", "-id"], name="licences_statements_of")]
