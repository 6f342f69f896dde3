"""Log-ins: a person's or a member of staff's account, and tokens for programs."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from kapok.kernel.common.ids import uuid7


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=username)


class Account(AbstractBaseUser):
    """Someone who can log in. A person's account belongs to a party; staff have posts and grants.

    `trust` is the 可信等级 (1–4): how sure the platform is who this is. `serial` moves when the account's grants move.
    """

    PERSON, STAFF = "person", "staff"

    id = models.UUIDField(primary_key=True, default=uuid7)
    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(PERSON, "个人"), (STAFF, "工作人员")])
    party = models.OneToOneField("parties.Party", models.PROTECT, null=True, related_name="account")
    org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, related_name="+")
    trust = models.SmallIntegerField(default=2)
    serial = models.IntegerField(default=0)
    language = models.CharField(max_length=10, default="zh-hans")
    elder = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(null=True)

    personal: ClassVar = ("login", "name")

    USERNAME_FIELD = "login"
    objects: Any = AccountManager()

    class Meta:
        db_table = "accounts_account"

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A program's key to act as an account; only its digest is kept."""

    digest = models.BinaryField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    personal: ClassVar = ()

    class Meta:
        db_table = "accounts_api_token"


class Attempt(models.Model):
    """A failed log-in, by what was typed (keyed digest) and from where: the limit's memory."""

    key = models.BinaryField()
    at = models.DateTimeField()

    personal: ClassVar = ()

    class Meta:
        db_table = "accounts_attempt"
        indexes = [models.Index(fields=["key", "at"], name="accounts_attempt_key")]
