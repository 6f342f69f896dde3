"""Tables of regions. A code is never reused: ended regions stay for old cases, certificates and identity numbers."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from kapok.kernel.common.ids import uuid7


class Region(models.Model):
    """A place of the administrative division, as it is now (行政区划).

    The key is the 12-digit 统计用区划代码, shorter codes filled with zeros. `path` joins the codes from the province to
    itself with "/". What it was called and where it hung before stands in `FormerRegion`.
    """

    personal = ()

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    path = models.CharField(max_length=90)
    starts = models.DateField(help_text="since when it has been as this row says")
    ends = models.DateField(null=True)
    local = models.BooleanField(default=False, help_text="a code of the province's own, in no standard")
    sort_key = models.CharField(max_length=160)
    initials = models.CharField(max_length=40)
    terms = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="regions_code_digits"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="regions_level"),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="regions_period"),
            models.CheckConstraint(condition=Q(parent=None, level=1) | Q(parent__isnull=False, level__gt=1), name="regions_root"),
        )
        indexes = (
            models.Index(fields=("parent", "sort_key", "code"), name="regions_children"),
            models.Index(fields=("path",), opclasses=("varchar_pattern_ops",), name="regions_path"),
            models.Index(fields=("initials",), opclasses=("varchar_pattern_ops",), name="regions_initials"),
            GinIndex(fields=("terms",), name="regions_terms"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FormerRegion(models.Model):
    """How a region stood before a change: [starts, ends), for as-of reads."""

    personal = ()

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    path = models.CharField(max_length=90)
    parent_code = models.CharField(max_length=12, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    local = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=160)

    class Meta:
        indexes = (
            models.Index(fields=("code", "starts"), name="regions_former_code"),
            models.Index(fields=("parent_code", "starts"), name="regions_former_parent"),
        )


class Jurisdiction(models.Model):
    """A dated edge: `area` and everything below it is run by `run_by`, not by the region it hangs under (管辖关系).

    Codes tell where a place lies, this tells whose it is: 功能区, 委托管理.
    """

    personal = ()

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    run_by = models.ForeignKey(Region, models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField(null=True)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("area", "starts"), name="regions_jurisdiction_once"),
            models.CheckConstraint(condition=~Q(area=F("run_by")), name="regions_not_itself"),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gt=F("starts")), name="regions_jurisdiction_period"),
        )


class Amendment(models.Model):
    """A dated change of regions (合并, 拆分, 更名, 划转) and its plan; takes effect once, on its day."""

    personal = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.JSONField()
    reason = models.CharField(max_length=500)
    effective = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)
    applied_at = models.DateTimeField(null=True)


class Follower(models.Model):
    """Who follows a region that ended."""

    personal = ()

    id = models.BigAutoField(primary_key=True)
    amendment = models.ForeignKey(Amendment, models.PROTECT)
    old = models.ForeignKey(Region, models.PROTECT, related_name="+")
    new = models.ForeignKey(Region, models.PROTECT, related_name="+")
    default = models.BooleanField()
    since = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("old", "new"), name="regions_follower_once"),)


class MovedThing(models.Model):
    """One thing of a higher app that an amendment moved (the entry's digest covers these rows)."""

    personal = ()

    id = models.BigAutoField(primary_key=True)
    amendment = models.ForeignKey(Amendment, models.PROTECT)
    source = models.CharField(max_length=60)
    about = models.CharField(max_length=40)
    label = models.CharField(max_length=120, blank=True)
    what = models.CharField(max_length=60)
    was = models.CharField(max_length=12)
    becomes = models.CharField(max_length=12)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("amendment", "source", "about", "what"), name="regions_moved_once"),)
        indexes = (models.Index(fields=("about",), name="regions_moved_about"),)


class TreeState(models.Model):
    """One row: a fresh id at every change of the tree or of jurisdictions, so that processes know when to read again."""

    personal = ()

    id = models.SmallIntegerField(primary_key=True, default=1)
    generation = models.UUIDField()
