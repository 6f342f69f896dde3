"""Messages to people, and how they went out."""

from typing import ClassVar

from django.db import models

from kapok.kernel.common.ids import uuid7


class Notice(models.Model):
    """One message to a party or an account (消息). Its words are sealed under the recipient's key; the inbox is always a channel."""

    personal: ClassVar = ("sealed",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.UUIDField()
    template = models.CharField(max_length=80)
    topic = models.CharField(max_length=40)
    sealed = models.BinaryField()
    dedupe = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_notice"
        constraints = [models.UniqueConstraint(fields=["recipient", "dedupe"], name="notices_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notices_inbox"),
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="notices_unread"),
        ]


class Delivery(models.Model):
    """A message on its way through one channel outside the inbox."""

    WAITING, SENT, FAILED, SKIPPED = "waiting", "sent", "failed", "skipped"

    personal: ClassVar = ()

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default=WAITING)
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "notices_delivery"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notices_one_delivery_per_channel")]
        indexes = [models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="notices_waiting")]


class Preference(models.Model):
    """Whether a recipient wants a topic on a channel; no row means the channel's default."""

    personal: ClassVar = ()

    recipient = models.UUIDField()
    channel = models.CharField(max_length=20)
    topic = models.CharField(max_length=40, blank=True)
    wanted = models.BooleanField()

    class Meta:
        db_table = "notices_preference"
        constraints = [models.UniqueConstraint(fields=["recipient", "channel", "topic"], name="notices_one_preference")]


class SandboxSms(models.Model):
    """A text message of the sandbox connector: instead of a telephone it reaches /ops/sms/."""

    personal: ClassVar = ("sealed", "phone_masked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.BigIntegerField(unique=True)
    recipient = models.UUIDField()
    phone_masked = models.CharField(max_length=20)
    sealed = models.BinaryField()
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "notices_sandbox_sms"
