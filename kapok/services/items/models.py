"""The catalogue's tables. A published version is frozen by the database itself; when it is in force stands beside it, in `Validity`."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.ids import uuid7

NATION, PROVINCE = "000000000000", "440000000000"


class State(models.TextChoices):
    """已取消 is not stored here: a published row never changes, its end stands in `Validity`."""

    DRAFT = "draft", _("编辑")
    IN_REVIEW = "in_review", _("待审核")
    RETURNED = "returned", _("退回")
    REVIEWED = "reviewed", _("已审核")
    PUBLISHED = "published", _("已发布")


EDITABLE = (State.DRAFT, State.RETURNED)
OPEN = (State.DRAFT, State.IN_REVIEW, State.RETURNED, State.REVIEWED)


class Power(models.Model):
    """An entry of the 权责清单: a power an agency has by law, whether or not an item serves it."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=2)
    basis = models.TextField(default="")
    ended_on = models.DateField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "items_power"

    def __str__(self) -> str:
        return self.name


class BaseItem(models.Model):
    """An entry of the 基本目录: what the service is, before any agency implements it."""

    id = models.AutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid7, unique=True)
    base_code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=2)
    levels = ArrayField(models.CharField(max_length=1), default=list)
    power = models.ForeignKey(Power, models.PROTECT, null=True, related_name="bases")
    ended_on = models.DateField(null=True)
    made_at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "items_base"

    def __str__(self) -> str:
        return self.name


class BaseLayer(models.Model):
    """What one level (国家, 省, 市 …) sets for all implementers of a base item below it. Never changed: the next number replaces it."""

    id = models.AutoField(primary_key=True)
    base = models.ForeignKey(BaseItem, models.PROTECT, related_name="layers")
    region = models.CharField(max_length=12)
    owner = models.CharField(max_length=100)
    number = models.IntegerField()
    elements = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "items_base_layer"
        constraints = [models.UniqueConstraint(fields=["base", "region", "number"], name="items_base_layer_number")]


class Item(models.Model):
    """One agency's implementation of a base item (实施清单): an identity; all that is said of it stands in versions."""

    id = models.AutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid7, unique=True)
    base = models.ForeignKey(BaseItem, models.PROTECT, related_name="items")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", db_column="region")
    level = models.CharField(max_length=1)
    impl_code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    entrusted_by = models.ForeignKey("orgs.Org", models.PROTECT, null=True, related_name="+")
    scope = models.IntegerField()
    entrust_scope = models.IntegerField(null=True)
    made_at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "items_item"
        indexes = [models.Index(fields=["org", "id"], name="items_item_org"), models.Index(fields=["scope"], name="items_item_scope")]

    def __str__(self) -> str:
        return self.name

    def places(self) -> list[tuple[int, int]]:
        """Where deeds on it are judged: the agency's scope, and that of the agency which entrusted it (委托)."""
        return [(scope, self.id) for scope in (self.scope, self.entrust_scope) if scope is not None]


class ItemVersion(models.Model):
    """A numbered version of an item. `elements` holds only what the agency itself sets; `compiled` the whole, once published.

    `above` records which number of which layer it was compiled on: [[region, number], …].
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    elements = models.JSONField(default=dict)
    above = models.JSONField(default=list)
    compiled = models.JSONField(null=True)
    digest = models.CharField(max_length=64, default="")
    effective_on = models.DateField(null=True)
    cancel_on = models.DateField(null=True)
    note = models.CharField(max_length=500, default="")
    revision = models.IntegerField(default=0)
    editors = ArrayField(models.UUIDField(), default=list)
    run = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=100, default="")

    personal: ClassVar = ("published_by",)

    class Meta:
        db_table = "items_version"
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="items_version_number"),
            models.UniqueConstraint(fields=["item"], condition=~models.Q(state="published"), name="items_version_one_open"),
        ]
        indexes = [
            models.Index(fields=["state", "edited_at"], name="items_version_state"),
            models.Index(fields=["digest"], name="items_version_digest"),
        ]

    @property
    def editable(self) -> bool:
        return self.state in EDITABLE


class Validity(models.Model):
    """The days a published version is in force, [from, to). Two versions of one item never overlap: the database refuses it.

    It may only be shortened: by the next version, or by cancelling.
    """

    version = models.OneToOneField(ItemVersion, models.PROTECT, primary_key=True, related_name="validity")
    item = models.ForeignKey(Item, models.PROTECT, related_name="validities")
    period = DateRangeField()
    reason = models.CharField(max_length=500, default="")

    personal: ClassVar = ()

    class Meta:
        db_table = "items_validity"

    @property
    def ends(self) -> date | None:
        return self.period.upper if not self.period.isempty else self.version.effective_on


class CatalogueEntry(models.Model):
    """The version in force today, as search and lists read it: one row per item, rebuilt by `enter`."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="entry")
    version_id = models.UUIDField()
    impl_code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=120)
    terms = ArrayField(models.TextField(), default=list)
    areas = ArrayField(models.CharField(max_length=12), default=list)
    facets = ArrayField(models.CharField(max_length=60), default=list)
    region = models.CharField(max_length=12)
    org_id = models.IntegerField()
    org_name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=2)
    level = models.CharField(max_length=1)
    kind = models.CharField(max_length=1)
    online = models.BooleanField()
    charges = models.BooleanField()
    visits = models.SmallIntegerField()
    promised = models.IntegerField()
    unit = models.CharField(max_length=12)
    ends_on = models.DateField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "items_entry"
        indexes = [
            GinIndex(fields=["terms"], name="items_entry_terms"),
            GinIndex(fields=["areas"], name="items_entry_areas"),
            GinIndex(fields=["facets"], name="items_entry_facets"),
            models.Index(fields=["sort_key", "item"], name="items_entry_sort"),
            models.Index(fields=["region", "sort_key", "item"], name="items_entry_region"),
            models.Index(fields=["org_id", "sort_key", "item"], name="items_entry_org"),
        ]


class FieldComment(models.Model):
    """A reviewer's remark on one element of a version."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="comments")
    element = models.CharField(max_length=100)
    text = models.CharField(max_length=1000)
    by = models.UUIDField(null=True)
    label = models.CharField(max_length=100)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    personal: ClassVar = ("label",)

    class Meta:
        db_table = "items_comment"
        indexes = [models.Index(fields=["version", "at"], name="items_comment_version")]


class Score(models.Model):
    """A version judged by one rule pack; kept beside the version because packs come and go."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="scores")
    pack = models.CharField(max_length=20)
    score = models.SmallIntegerField()
    findings = models.JSONField(default=list)
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "items_score"
        constraints = [models.UniqueConstraint(fields=["version", "pack"], name="items_score_once")]


class ImpactChoice(models.Model):
    """What was chosen, at publishing, for the things a source counted."""

    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="choices")
    source = models.CharField(max_length=60)
    counted = models.IntegerField()
    policy = models.CharField(max_length=20)
    until = models.DateField(null=True)
    effect = models.IntegerField(default=0)

    personal: ClassVar = ()

    class Meta:
        db_table = "items_impact_choice"
        constraints = [models.UniqueConstraint(fields=["version", "source"], name="items_impact_choice_once")]


class NotExercised(models.Model):
    """An agency's recorded 不行使 of a base item, with the reason."""

    base = models.ForeignKey(BaseItem, models.PROTECT, related_name="not_exercised")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "items_not_exercised"
        constraints = [models.UniqueConstraint(fields=["base", "org"], name="items_not_exercised_once")]


class Delegation(models.Model):
    """An element a city lets lower levels of its jurisdiction fill, beyond the element table."""

    element = models.CharField(max_length=60)
    region = models.CharField(max_length=12)
    level = models.SmallIntegerField()
    reason = models.CharField(max_length=500)
    starts = models.DateField()
    ends = models.DateField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "items_delegation"
        constraints = [models.UniqueConstraint(fields=["element", "region"], condition=models.Q(ends=None), name="items_delegation_once")]


class ReviewTerm(models.Model):
    """After how many months the items of a jurisdiction are to be looked through again (复核周期); the nearest one above an item holds."""

    region = models.CharField(max_length=12)
    months = models.SmallIntegerField()
    reason = models.CharField(max_length=500)
    starts = models.DateField()
    ends = models.DateField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "items_review_term"
        constraints = [models.UniqueConstraint(fields=["region"], condition=models.Q(ends=None), name="items_review_term_once")]
