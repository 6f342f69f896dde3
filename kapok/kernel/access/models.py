"""Who may do what where: scopes, grants, seats' integers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kapok.kernel.common.ids import uuid7


class Scope(models.Model):
    """A small integer for (org, jurisdiction): what rows carry and what grants compile to.

    When regions merge, an org may find itself with two scopes in one place: the later one is `joined` to the other. Rows
    keep the integer they have; new ones get the other.
    """

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    joined = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    personal: ClassVar = ()

    class Meta:
        db_table = "access_scope"
        constraints = [models.UniqueConstraint(fields=["org", "region"], condition=models.Q(joined=None), name="access_one_scope_each")]


class Grant(models.Model):
    """An account holds a role in an org (with all below it) or a jurisdiction, for all items or some, from a day to a day.

    `scopes` is set when the region ended and its follower is larger than what was held: the grant then holds exactly these.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=12, blank=True)
    items = ArrayField(models.IntegerField(), null=True)
    scopes = ArrayField(models.BigIntegerField(), null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    given_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "access_grant"


class Epoch(models.Model):
    """Moves when a scope is made or an org moves, so that every compiled reach is made anew."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField(default=0)

    personal: ClassVar = ()

    class Meta:
        db_table = "access_epoch"
