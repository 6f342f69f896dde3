"""A citizen signs up: name, number, telephone, and a password that is not the first one anybody would try."""

from datetime import date

import pytest
from django.test import Client

from kapok.kernel.accounts.public import Account
from kapok.kernel.common.codes import citizen

pytestmark = pytest.mark.django_db
NUMBER = citizen.make("440106", date(1991, 4, 12), 997)


def sign_up(password: str):
    said = {"name": "林木棉", "number": NUMBER, "phone": "16012345670", "password": password}
    return Client(HTTP_HOST="localhost").post("/account/sign-up/", said)


@pytest.mark.parametrize("password", ["", "1234567", "12345678", "20260301", "password1", "qwertyuiop"])
def test_a_password_anybody_would_try_opens_no_account(password):
    answer = sign_up(password)
    assert answer.status_code == 422 and "密码" in answer.content.decode()
    assert not Account.objects.filter(kind=Account.PERSON).exists()


def test_a_good_password_does():
    assert sign_up("木棉花开2026").status_code == 302
    assert Account.objects.filter(kind=Account.PERSON).count() == 1
