"""Logging in: by phone or ID number, slow to guess, silent about who exists."""

from unittest import mock

import pytest

from kapok.kernel.accounts import actions
from kapok.kernel.accounts.public import LoginFailed, LoginTaken, TooManyAttempts, check_login, sign_up
from kapok.kernel.common.actors import ActorRef

pytestmark = pytest.mark.django_db
NUMBER, PHONE, PASSWORD = "440106199001010013", "16012345678", "long enough 8"


class Desk:
    ref = ActorRef("system", "注册")

    def may(self, deed: str, thing: object = None) -> bool:
        return True


def test_a_citizen_signs_up_and_logs_in_by_phone_or_id_number() -> None:
    account = sign_up("陈小岚", NUMBER, PHONE, PASSWORD, by=Desk())
    assert account.trust == 2
    assert check_login(PHONE, PASSWORD, "127.0.0.1").id == account.id
    assert check_login(NUMBER, PASSWORD, "127.0.0.1").id == account.id
    with pytest.raises(LoginTaken):
        sign_up("陈小岚", NUMBER, PHONE, PASSWORD, by=Desk())


def test_known_and_unknown_accounts_cost_one_hash_and_answer_alike() -> None:
    sign_up("陈小岚", NUMBER, PHONE, PASSWORD, by=Desk())
    answers = []
    for login in (PHONE, "16099999999"):
        with mock.patch.object(actions, "check_password", wraps=actions.check_password) as hasher:
            with pytest.raises(LoginFailed) as refused:
                check_login(login, "wrong", "127.0.0.1")
            assert hasher.call_count == 1
        answers.append((refused.value.message(), refused.value.status))
    assert answers[0] == answers[1]


def test_five_failures_close_the_door_even_to_the_right_password() -> None:
    sign_up("陈小岚", NUMBER, PHONE, PASSWORD, by=Desk())
    for _ in range(5):
        with pytest.raises(LoginFailed):
            check_login(PHONE, "wrong", "127.0.0.1")
    with pytest.raises(TooManyAttempts):
        check_login(PHONE, PASSWORD, "127.0.0.1")
