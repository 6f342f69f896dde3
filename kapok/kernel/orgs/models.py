"""Tables of organisations. Never deleted: dissolved ones stay, with their successor, for old cases and seals."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

KIND_LABELS = (
    ("agency", _("行政机关")),
    ("unit", _("事业单位和其他组织")),
    ("hall", _("政务服务大厅")),
    ("window_group", _("窗口")),
    ("village", _("村（居）委会")),
)
LEVEL_LABELS = ((2, _("省级")), (3, _("市级")), (4, _("县级")), (5, _("镇（街道）级")), (6, _("村（社区）级")))
NATURE_LABELS = (("1", _("法定机关")), ("2", _("授权组织")), ("3", _("受委托组织")), ("9", _("其他")))
DUTY_LABELS = (("in_charge", _("主管部门")), ("operates", _("建设运营单位")), ("uses", _("使用单位")))


class Org(models.Model):
    """A body of government, or a room of one (机构). The id is small: scopes and rows refer to it.

    Not a legal person of the registers: those are parties.
    """

    personal = ()

    id = models.AutoField(primary_key=True)
    key = models.SlugField(max_length=60, null=True, unique=True)  # noqa: DJ001 - unique where given, and most have none
    uscc = models.CharField(max_length=18, blank=True)
    orgcode = models.CharField(max_length=9, blank=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=LEVEL_LABELS)
    kind = models.CharField(max_length=12, choices=KIND_LABELS)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    nature = models.CharField(max_length=1, choices=NATURE_LABELS)
    phone = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    reviews = models.BooleanField(default=False, help_text="the 政务服务部门 that reviews items of its level")
    dissolved_on = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    sort_key = models.CharField(max_length=160)
    terms = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("uscc",), condition=Q(dissolved_on=None) & ~Q(uscc=""), name="orgs_uscc_once"),
            models.UniqueConstraint(fields=("region", "name"), condition=Q(dissolved_on=None), name="orgs_name_once"),
            models.CheckConstraint(condition=Q(level__gte=2, level__lte=6), name="orgs_level"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="orgs_not_own_parent"),
            models.CheckConstraint(condition=Q(successor=None) | Q(dissolved_on__isnull=False), name="orgs_successor_of_dissolved"),
        )
        indexes = (
            models.Index(fields=("region", "sort_key"), name="orgs_by_region"),
            GinIndex(fields=("terms",), name="orgs_terms"),
        )

    def __str__(self) -> str:
        return self.name


class FormerName(models.Model):
    """What an organisation was called until a day; history answers for the old name."""

    personal = ()

    id = models.BigAutoField(primary_key=True)
    org = models.ForeignKey(Org, models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=120, db_index=True)
    until = models.DateField()


class Post(models.Model):
    """A position in an organisation (岗位), whoever holds it."""

    personal = ()

    id = models.AutoField(primary_key=True)
    org = models.ForeignKey(Org, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("org", "title"), name="orgs_post_once"),)


class Duty(models.Model):
    """An organisation's part in one of the 28 systems: in charge, operates, or uses (主管, 建设运营, 使用)."""

    personal = ()

    id = models.AutoField(primary_key=True)
    org = models.ForeignKey(Org, models.PROTECT, related_name="duties")
    system = models.PositiveSmallIntegerField()
    duty = models.CharField(max_length=10, choices=DUTY_LABELS)
    since = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("org", "system", "duty"), name="orgs_duty_once"),
            models.UniqueConstraint(fields=("system",), condition=Q(duty="in_charge"), name="orgs_one_in_charge"),
            models.CheckConstraint(condition=Q(system__gte=1, system__lte=28), name="orgs_system_row"),
        )
