"""What the portal keeps itself: words over the province's defaults, hours to book, questions asked, favourites."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from kapok.kernel.common.ids import uuid7


class StateWording(models.Model):
    """What one level says to the citizen of one state of an item (07.05); empty `words`: back to what stands above.

    Never changed: the next number replaces it, so that what a citizen read on a day can be told. `base`: the province, for all who
    implement the base item; `item`: one agency, for its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    base = models.ForeignKey("items.BaseItem", models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey("items.Item", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16)
    number = models.IntegerField()
    words = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    by_account = models.UUIDField(null=True)
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "portal_wording"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(base=None) ^ Q(item=None), name="portal_wording_one_level"),
            models.UniqueConstraint(fields=["item", "state", "number"], condition=Q(base=None), name="portal_wording_of_item"),
            models.UniqueConstraint(fields=["base", "state", "number"], condition=Q(item=None), name="portal_wording_of_base"),
        ]


class Slot(models.Model):
    """An hour that can be booked at a hall, a window group or an agency, for one item or (none) all it serves (预约时段).

    `booked` counts the open and used bookings; the database itself refuses more than `capacity`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    scope = models.IntegerField()
    item = models.ForeignKey("items.Item", models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=60)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    capacity = models.SmallIntegerField()
    booked = models.SmallIntegerField(default=0)
    closed = models.BooleanField(default=False)

    personal: ClassVar = ()

    class Meta:
        db_table = "portal_slot"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["org", "item", "place", "starts"], nulls_distinct=False, name="portal_slot_once"),
            models.CheckConstraint(condition=Q(booked__gte=0) & Q(booked__lte=F("capacity")), name="portal_slot_never_oversold"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")) & Q(capacity__gte=0), name="portal_slot_sound"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["scope", "starts", "id"], name="portal_slot_scope"),
            models.Index(fields=["item", "starts", "id"], name="portal_slot_item"),
        ]

    def places(self) -> list[tuple[int, int]]:
        """Where deeds on it are judged."""
        return [(self.scope, self.item_id or 0)]


class Appointment(models.Model):
    """Somebody's booking of an hour: 已约, then 已签到, 已取消 or 爽约."""

    BOOKED, ARRIVED, CANCELLED, MISSED = "booked", "arrived", "cancelled", "missed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    item = models.ForeignKey("items.Item", models.PROTECT, related_name="+")
    item_name = models.CharField(max_length=200)
    case = models.ForeignKey("intake.Case", models.PROTECT, null=True, related_name="+")
    party = models.ForeignKey("parties.Party", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    code = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=BOOKED)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    personal: ClassVar = ("name",)

    class Meta:
        db_table = "portal_appointment"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["party", "item"], condition=Q(state="booked"), name="portal_one_open_booking"),
            models.UniqueConstraint(fields=["slot", "code"], name="portal_code_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["party", "-id"], name="portal_bookings_of_party")]


class Question(models.Model):
    """A question to the agency about an item or a case (咨询): 待答, 已答, 已评. Its words are sealed under the asker's key."""

    WAITING, ANSWERED, RATED = "waiting", "answered", "rated"

    id = models.UUIDField(primary_key=True, default=uuid7)
    party = models.ForeignKey("parties.Party", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    item = models.ForeignKey("items.Item", models.PROTECT, related_name="+")
    item_name = models.CharField(max_length=200)
    case = models.ForeignKey("intake.Case", models.PROTECT, null=True, related_name="+")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    scope = models.IntegerField()
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, default=WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended = models.SmallIntegerField(default=0)
    extension_reason = models.CharField(max_length=200, blank=True)
    answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    rating = models.SmallIntegerField(null=True)

    personal: ClassVar = ("name", "sealed", "answer")

    class Meta:
        db_table = "portal_question"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state="waiting") ^ Q(answered_at__isnull=False), name="portal_question_answered"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["party", "-id"], name="portal_questions_of_party"),
            models.Index(fields=["scope", "due_at", "id"], condition=Q(state="waiting"), name="portal_questions_waiting"),
        ]

    def places(self) -> list[tuple[int, int]]:
        """Where deeds on it are judged."""
        return [(self.scope, self.item_id)]


class Favourite(models.Model):
    """An item somebody wants to find again (收藏)."""

    id = models.BigAutoField(primary_key=True)
    party = models.ForeignKey("parties.Party", models.CASCADE, related_name="+")
    item = models.ForeignKey("items.Item", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "portal_favourite"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["party", "item"], name="portal_favourite_once")]


class _Announced(models.Model):
    """What stands from … to …, put up under a scope, for one channel or (empty) for all."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    scope = models.IntegerField()
    channel = models.CharField(max_length=1, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        abstract = True


class RegionNotice(_Announced):
    """A notice of a region on the portal (通知公告), shown from … to … in the region and below it; `channel` empty: everywhere."""

    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", db_column="region")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=1000)
    withdrawn_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "portal_notice"
        constraints: ClassVar[list[Any]] = [models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="portal_notice_sound")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["ends"], condition=Q(withdrawn_at=None), name="portal_notice_standing")]

    def places(self) -> list[tuple[int, int]]:
        """Where deeds on it are judged."""
        return [(self.scope, 0)]


class Maintenance(_Announced):
    """A time in which an item, or every item of a region, takes no new applications by a channel (暂停办理).

    `item` and `region` empty: everything. `alternatives`: what people can do meanwhile. Cases in progress go on.
    """

    item = models.ForeignKey("items.Item", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, null=True, related_name="+", db_column="region")
    reason = models.CharField(max_length=300)
    alternatives = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "portal_maintenance"
        constraints: ClassVar[list[Any]] = [models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="portal_maintenance_sound")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["ends"], condition=Q(ended_at=None), name="portal_maintenance_standing")]

    def places(self) -> list[tuple[int, int]]:
        """Where deeds on it are judged."""
        return [(self.scope, self.item_id or 0)]


class SearchCount(models.Model):
    """How often a word was searched on a day, by anybody: words that stand in an item's name only, and no trace of who."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    word = models.CharField(max_length=16)
    count = models.IntegerField()

    personal: ClassVar = ()

    class Meta:
        db_table = "portal_search_count"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["day", "word"], name="portal_search_count_once")]
