"""Sealing, finding, forgetting."""

import threading
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto import keyring
from kapok.kernel.crypto import public as crypto
from kapok.kernel.crypto.models import SubjectKey

pytestmark = [pytest.mark.django_db, pytest.mark.feature("08.01", part="sealed personal data")]


@pytest.fixture(autouse=True)
def empty_memory(master_key):
    keyring.clear()


def sealed_for(subject: UUID) -> bytes:
    return crypto.seal(subject, "林小满".encode(), about="parties.name")


def test_what_is_sealed_opens_for_its_subject_and_purpose_only():
    anna, ben = uuid7(), uuid7()
    sealed = sealed_for(anna)
    crypto.ensure_key(ben)
    assert crypto.unseal(anna, sealed, about="parties.name").decode() == "林小满"
    assert "林小满".encode() not in sealed
    for subject, about in ((ben, "parties.name"), (anna, "parties.phone"), (crypto.NODE, "parties.name")):
        with pytest.raises(crypto.SealBroken):
            crypto.unseal(subject, sealed, about=about)


def test_a_key_row_moved_to_another_subject_opens_nothing():
    anna, ben = uuid7(), uuid7()
    sealed = sealed_for(anna)
    crypto.ensure_key(ben)
    SubjectKey.objects.filter(subject=ben).update(wrapped=SubjectKey.objects.get(subject=anna).wrapped)
    keyring.clear()
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(ben, sealed, about="parties.name")


@pytest.mark.django_db(transaction=True)
def test_forgetting_makes_sealed_data_unreadable_for_ever_and_gives_no_second_key():
    anna = uuid7()
    sealed = sealed_for(anna)
    crypto.forget(anna)
    for _ in range(2):
        with pytest.raises(crypto.SubjectForgotten):
            crypto.unseal(anna, sealed, about="parties.name")
        with pytest.raises(crypto.SubjectForgotten):
            crypto.seal(anna, b"new data", about="parties.name")
        crypto.ensure_key(anna)
        keyring.clear()
    row = SubjectKey.objects.get(subject=anna)
    assert row.wrapped is None and row.destroyed_at is not None


def test_a_subject_forgotten_before_it_had_a_key_never_gets_one():
    anna = uuid7()
    crypto.forget(anna)
    with pytest.raises(crypto.SubjectForgotten):
        sealed_for(anna)


@pytest.mark.django_db(transaction=True)
def test_forgetting_that_is_rolled_back_forgets_nothing():
    anna = uuid7()
    sealed = sealed_for(anna)
    with pytest.raises(RuntimeError), transaction.atomic():
        crypto.forget(anna)
        raise RuntimeError
    assert crypto.unseal(anna, sealed, about="parties.name")


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_rolled_back_transaction_seals_nothing_afterwards():
    anna = uuid7()
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = sealed_for(anna)
        assert crypto.unseal(anna, lost, about="parties.name")
        raise RuntimeError
    with pytest.raises(crypto.KeyUnknown):
        crypto.unseal(anna, lost, about="parties.name")
    kept = sealed_for(anna)
    keyring.clear()
    assert crypto.unseal(anna, kept, about="parties.name").decode() == "林小满"


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_rolled_back_savepoint_is_not_used_by_the_rest_of_the_transaction():
    anna = uuid7()
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            sealed_for(anna)
            raise RuntimeError
        kept = sealed_for(anna)
    keyring.clear()
    assert crypto.unseal(anna, kept, about="parties.name").decode() == "林小满"


@pytest.mark.django_db(transaction=True)
def test_a_folded_key_seals_at_once_and_survives_the_commit():
    case = uuid7()
    with transaction.atomic():
        row = crypto.new_key(case)
        sealed = sealed_for(case)
        with connection.cursor() as cursor:
            cursor.execute(crypto.INSERT_KEY, row)
    assert crypto.unseal(case, sealed, about="parties.name")
    keyring.clear()
    assert crypto.unseal(case, sealed, about="parties.name")


@pytest.mark.django_db(transaction=True)
def test_a_second_folded_key_for_a_subject_is_refused_whole():
    case = uuid7()
    sealed = sealed_for(case)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(crypto.INSERT_KEY, crypto.new_key(case))
    keyring.clear()
    assert crypto.unseal(case, sealed, about="parties.name")


@pytest.mark.django_db(transaction=True)
def test_a_thousand_keys_cost_two_statements_and_reading_them_again_one(django_assert_num_queries):
    subjects = [uuid7() for _ in range(1000)]
    crypto.ensure_keys(subjects[:10])
    keyring.clear()
    with transaction.atomic(), django_assert_num_queries(2):
        crypto.ensure_keys(subjects)
    keyring.clear()
    with django_assert_num_queries(1):
        crypto.load_keys(subjects)
        for subject in subjects:
            crypto.seal(subject, b"x", about="a")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_give_a_subject_one_key_and_all_can_read_all():
    anna, sealed, faults = uuid7(), [], []

    def work() -> None:
        try:
            sealed.append(sealed_for(anna))
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert {crypto.unseal(anna, s, about="parties.name").decode() for s in sealed} == {"林小满"}
    assert SubjectKey.objects.filter(subject=anna).count() == 1


@pytest.mark.django_db(transaction=True)
def test_another_process_stops_reading_a_minute_after_forgetting(monkeypatch):
    anna = uuid7()
    sealed = sealed_for(anna)
    SubjectKey.objects.filter(subject=anna).update(wrapped=None, destroyed_at="2026-01-01T00:00Z")  # done elsewhere
    assert crypto.unseal(anna, sealed, about="parties.name")
    now = keyring.time.monotonic()
    monkeypatch.setattr(keyring.time, "monotonic", lambda: now + keyring.SECONDS + 1)
    with pytest.raises(crypto.SubjectForgotten):
        crypto.unseal(anna, sealed, about="parties.name")


@pytest.mark.django_db(transaction=True)
def test_the_memory_of_keys_has_an_end(monkeypatch):
    monkeypatch.setattr(keyring, "CAPACITY", 5)
    crypto.ensure_keys([uuid7() for _ in range(50)])
    assert len(keyring._held) == 5


def test_json_keeps_its_shape():
    anna = uuid7()
    sealed = crypto.seal_json(anna, {"姓名": "林小满", "party": anna, "n": [1, None]}, about="case.form")
    assert crypto.unseal_json(anna, sealed, about="case.form") == {"姓名": "林小满", "party": str(anna), "n": [1, None]}


def test_the_nodes_own_key_needs_no_row(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert crypto.unseal(crypto.NODE, crypto.seal(crypto.NODE, b"x", about="a"), about="a") == b"x"
    with pytest.raises(ValueError, match="node"):
        crypto.forget(crypto.NODE)


def test_blind_index_finds_equal_values_of_one_kind_only():
    number = "440101199001011234"
    assert crypto.blind_index("citizen", number) == crypto.blind_index("citizen", number)
    assert len(crypto.blind_index("citizen", number)) == 16
    assert crypto.blind_index("citizen", number) != crypto.blind_index("phone", number)
    assert crypto.blind_index("citizen", number) != crypto.sm3(number.encode())[:16]


def test_sealing_with_a_known_key_asks_the_database_nothing(django_assert_num_queries):
    anna = uuid7()
    crypto.ensure_key(anna)
    with django_assert_num_queries(0):
        crypto.unseal(anna, sealed_for(anna), about="parties.name")
        crypto.blind_index("citizen", "x")
