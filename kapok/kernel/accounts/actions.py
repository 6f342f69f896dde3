"""Opening accounts, logging in, making tokens."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from kapok.kernel.accounts.errors import LoginFailed, LoginTaken, TooManyAttempts
from kapok.kernel.accounts.events import AccountOpened, TokenMade
from kapok.kernel.accounts.models import Account, ApiToken, Attempt
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid
from kapok.kernel.crypto.public import blind_index, sm3
from kapok.kernel.journal.public import Acting, action, record
from kapok.kernel.parties.public import Party, party_by_number, register_person

ATTEMPTS, WINDOW = 5, timedelta(minutes=10)


@action("accounts.sign_up")
def sign_up(name: str, number: str, phone: str, password: str, *, by: Acting) -> Account:
    """A citizen opens an account by name, ID number and phone (可信等级 二级 until identity can prove more)."""
    if len(password) < 8:
        raise Invalid([FieldFault("password", "accounts.password_short", "密码至少 8 位。")])
    party = register_person(name, number, phone, by=by)
    return open_account(phone, name.strip(), Account.PERSON, password=password, party=party, by=by)


@action("accounts.open")
def open_account(
    login: str, name: str, kind: str, *, password: str | None = None, party: Party | None = None, org: int | None = None, by: Acting
) -> Account:
    """Open an account; LoginTaken if the login or the party has one."""
    try:
        with transaction.atomic():
            account = Account.objects.create(
                login=login, name=name, kind=kind, party=party, org_id=org, password=make_password(password), created_at=clock.now()
            )
    except IntegrityError:
        raise LoginTaken() from None
    record(by, AccountOpened(kind), about=account.id, kind="account")
    return account


@action("accounts.make_token")
def make_token(account: Account, label: str, *, ends_at: datetime | None = None, by: Acting) -> str:
    """A new API token for an account; shown once, kept as a digest."""
    token = secrets.token_urlsafe(32)
    ApiToken.objects.create(digest=sm3(token.encode()), account=account, label=label, made_at=clock.wall(), ends_at=ends_at)
    record(by, TokenMade(label), about=account.id, kind="account")
    return token


def check_login(login: str, password: str, address: str) -> Account:
    """The account behind a log-in name, phone or ID number and its password.

    Known or unknown, the hasher runs once and the answer is the same; five failures in ten minutes close the door.
    """
    keys = [blind_index("login", login.strip().lower()), blind_index("address", address)]
    _refuse_too_many(keys)
    account = _account(login.strip())
    good = check_password(password, account.password if account else _NOBODY)
    if not good or account is None or not account.is_active:
        Attempt.objects.bulk_create(Attempt(key=key, at=clock.wall()) for key in keys)
        raise LoginFailed()
    Attempt.objects.filter(key=keys[0]).delete()
    return account


_NOBODY = make_password(secrets.token_urlsafe(16))


def _account(login: str) -> Account | None:
    account = Account.objects.filter(login=login).first()
    if account is None and len(login) == 18:
        party = party_by_number(login)
        account = Account.objects.filter(party=party).first() if party else None
    return account


def _refuse_too_many(keys: list[bytes]) -> None:
    since = clock.wall() - WINDOW
    for key, limit in zip(keys, (ATTEMPTS, ATTEMPTS * 10), strict=True):
        if Attempt.objects.filter(key=key, at__gt=since).count() >= limit:
            raise TooManyAttempts(minutes=int(WINDOW.total_seconds() // 60))
