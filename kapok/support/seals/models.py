"""Seals with their versions and steps, who may use them, and the log of uses.

The log and the steps are only ever added to: a trigger refuses the rest (migration 0001).
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from kapok.kernel.common.ids import uuid7


class Seal(models.Model):
    """An electronic seal of an agency, from the application for it to its destruction (电子印章).

    Not the bytes: these are its versions. `es_id` is its number, in every version and every signature. Never deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    es_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    holder = models.CharField(max_length=40, blank=True, help_text="the department, or the person of a personal seal")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    scope = models.IntegerField()
    region = models.CharField(max_length=12)
    state = models.CharField(max_length=16)
    change = models.CharField(max_length=16, blank=True, help_text="state of the change under way")
    change_kind = models.CharField(max_length=16, blank=True)
    change_name = models.CharField(max_length=80, blank=True)
    round = models.PositiveIntegerField(default=1, help_text="of the application the latest steps belong to")
    version = models.PositiveSmallIntegerField(default=0, help_text="the version in use; 0: none was made")
    custody = models.CharField(max_length=12, blank=True)
    origin = models.CharField(max_length=12, default="own", help_text="own, or imported: then others hold its key")
    applied_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_seal"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["org", "kind", "holder"], condition=Q(state="in_use"), name="seals_one_in_use"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["scope", "state", "id"], name="seals_by_scope"),
            models.Index(fields=["org", "kind"], name="seals_by_org"),
        ]

    def __str__(self) -> str:
        return self.name

    def places(self) -> list[tuple[int, int]]:
        """Where deeds on it are judged."""
        return [(self.scope, 0)]


class SealVersion(models.Model):
    """What was made once for a seal: the SESeal, its picture, its certificates (印章数据). Old ones stay: old documents hold them."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    der = models.BinaryField()
    der_sm3 = models.BinaryField(db_index=True)
    picture = models.BinaryField(help_text="PNG, 300 dpi")
    drawing = models.TextField(blank=True, help_text="the same as SVG; empty for imported ones")
    width = models.FloatField()
    height = models.FloatField()
    key = models.CharField(max_length=80, blank=True, help_text="label in custody; empty: nobody here can sign with it")
    certificate = models.BinaryField()
    chain = models.JSONField(default=list, help_text="issuers' certificates, base64")
    pdf_key = models.CharField(max_length=80, blank=True)
    pdf_certificate = models.BinaryField(null=True)
    pdf_chain = models.JSONField(default=list)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(db_index=True)
    made_at = models.DateTimeField()
    warned = models.PositiveSmallIntegerField(default=0, help_text="days before the end that its keepers were last told of")
    revoked_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_version"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["seal", "number"], name="seals_version_once")]


class SealStep(models.Model):
    """One step of a seal's life: who, when, why, with which file (办理记录). Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="steps")
    round = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    account = models.UUIDField(null=True)
    doer = models.CharField(max_length=100)
    org_id = models.IntegerField(null=True)
    reason = models.CharField(max_length=200)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    personal: ClassVar = ("doer",)

    class Meta:
        db_table = "seals_step"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["seal", "at", "id"], name="seals_steps_of")]


class SealUser(models.Model):
    """Somebody who may use a seal, or keeps it (用章授权)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="users")
    account = models.UUIDField()
    label = models.CharField(max_length=100)
    keeper = models.BooleanField(default=False)
    per_day = models.PositiveIntegerField()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    given_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=200)

    personal: ClassVar = ("label",)

    class Meta:
        db_table = "seals_user"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["seal", "account"], condition=Q(ended_at=None), name="seals_user_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["account"], condition=Q(ended_at=None), name="seals_user_account")]


class SealBinding(models.Model):
    """A purpose for which systems use a seal by themselves (自动用章): a kind of thing, and within it a purpose or ("*") any."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="bindings")
    about_kind = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60, default="*")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_binding"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["seal", "about_kind", "purpose"], condition=Q(ended_at=None), name="seals_bound_once"),
        ]


class SealTask(models.Model):
    """A batch of documents to be sealed, approved beforehand with their number and digests (批量用章任务)."""

    APPLIED, APPROVED, RETURNED, CLOSED = "applied", "approved", "returned", "closed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=APPLIED)
    count = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    ends = models.DateTimeField()
    applied_by = models.UUIDField(null=True)
    applied_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_task"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["seal", "applied_at"], name="seals_tasks_of")]


class SealTaskFile(models.Model):
    """One document of a batch, by its SM3, and the use that sealed it."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(SealTask, models.CASCADE, related_name="files")
    digest = models.BinaryField()
    use = models.UUIDField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_task_file"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["task", "digest"], name="seals_task_file_once")]


class SealUse(models.Model):
    """One use of a seal (用印记录): who, for whom, why, on which document, where, when, by which authorisation. Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.UUIDField(unique=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses")
    version = models.PositiveSmallIntegerField()
    scope = models.IntegerField()
    account = models.UUIDField(null=True)
    doer = models.CharField(max_length=100)
    org_id = models.IntegerField(null=True, help_text="the acting unit")
    case_number = models.CharField(max_length=60, blank=True)
    item_code = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=200)
    about_kind = models.CharField(max_length=40)
    about = models.UUIDField(null=True)
    media = models.CharField(max_length=4)
    document_sm3 = models.BinaryField(help_text="of the file that came")
    sealed_sm3 = models.BinaryField(help_text="of the file that went back")
    places = models.JSONField(default=list)
    at = models.DateTimeField()
    day = models.DateField()
    task_id = models.UUIDField(null=True)
    nonce = models.CharField(max_length=64, help_text="of the authorisation that was spent")
    custody = models.CharField(max_length=12)
    receipt = models.CharField(max_length=200, blank=True)
    stamped = models.BooleanField(default=False, help_text="with a time stamp over the signature")

    personal: ClassVar = ("doer",)

    class Meta:
        db_table = "seals_use"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["seal", "account", "day"], name="seals_uses_of_a_day"),
            models.Index(fields=["scope", "id"], name="seals_uses_by_scope"),
            models.Index(fields=["sealed_sm3"], name="seals_uses_by_file"),
        ]


class SealedAnswer(models.Model):
    """The file a use gave back, kept sealed for two days, so that the same request gets the same answer."""

    request = models.UUIDField(primary_key=True)
    sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "seals_answer"


class QueuedUse(models.Model):
    """A use that waits for a key's holder (用印队列). Its signing time is fixed when it is first tried."""

    WAITING, DONE, REFUSED = "waiting", "done", "refused"

    request = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=WAITING)
    sealed = models.BinaryField(null=True, help_text="the request with its file, sealed under the node's key")
    account = models.UUIDField(null=True)
    signed_at = models.DateTimeField(help_text="legal time of the signature, the same at every try")
    asked_at = models.DateTimeField()
    retry_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    personal: ClassVar = ("sealed",)

    class Meta:
        db_table = "seals_queued"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["retry_at"], condition=Q(state="waiting"), name="seals_queue_due")]


class StampDraft(models.Model):
    """A file somebody is about to seal (盖章), between its upload and the use; its id is the request's. Gone with the use, or in a day."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.UUIDField()
    file = models.ForeignKey("files.StoredFile", models.CASCADE, related_name="+")
    name = models.CharField(max_length=160)
    media = models.CharField(max_length=4)
    at = models.DateTimeField()

    personal: ClassVar = ("name",)

    class Meta:
        db_table = "seals_draft"


class ListedSeal(models.Model):
    """A seal of the national platform's directory (印章目录), as it was last read; not one that is kept here."""

    es_id = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(db_index=True, help_text="orders what the platform said")
    name = models.CharField(max_length=80)
    owner = models.CharField(max_length=120)
    owner_uscc = models.CharField(max_length=18, blank=True)
    state = models.CharField(max_length=16)
    valid_to = models.DateTimeField(null=True)
    read_at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_listed"


class SealImport(models.Model):
    """A batch of seals made elsewhere, taken in or refused row by row (导入)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=120)
    scope = models.IntegerField()
    account = models.UUIDField(null=True)
    at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=list, help_text="per row: name, what was found, and the code of what is wrong")

    personal: ClassVar = ()

    class Meta:
        db_table = "seals_import"
