"""Keys at a seal server over HTTP, which may be slow, wrong, busy, broken, garbled, revoked or away (the sandbox's, real HTTP)."""

import pytest

from kapok.kernel.crypto.custody import material, remote
from kapok.kernel.crypto.custody.authorising import authorise
from kapok.kernel.crypto.custody.signing import create_key, custody_health, signer
from kapok.kernel.crypto.errors import CustodyAway, CustodyRefused
from sandbox.seal_server.server import SealServer

pytestmark = [pytest.mark.feature("18.15", part="custody of keys"), pytest.mark.django_db]

SEAL = "0190a1b2-0000-7000-8000-00000000000b"


@pytest.fixture
def server(settings, master_key):
    held = SealServer(token="a token").start()
    settings.KAPOK_CUSTODY, settings.KAPOK_SEAL_SERVER = "remote", held.address
    settings.KAPOK_SEAL_SERVER_TOKEN, settings.KAPOK_SEAL_SERVER_LIMIT = "a token", 1
    yield held
    held.stop()
    remote._at.cache_clear()


def leave(request="", document=bytes(32)):
    return authorise(document, seal=SEAL, person="account 7", purpose="test", request=request)


@pytest.mark.parametrize("algorithm", ["sm2", "ecdsa"])
def test_the_server_makes_the_key_signs_and_gives_a_receipt(server, algorithm):
    public = create_key(f"seal/{SEAL}/1", algorithm)
    assert create_key(f"seal/{SEAL}/1", algorithm) == public
    by = signer(f"seal/{SEAL}/1", b"")
    signature = by.sign(b"data", authorisation=leave())
    assert material.verifies(algorithm, public, material.digest_of(algorithm, public, b"data"), signature)
    assert by.receipt.startswith("R-") and custody_health() == ""


def test_a_repeated_request_gets_the_same_signature_even_under_new_leave(server):
    create_key(f"seal/{SEAL}/1", "sm2")
    by = signer(f"seal/{SEAL}/1", b"")
    first, again = (by.sign(b"data", authorisation=leave("request 1")) for _ in range(2))
    assert first == again != by.sign(b"data", authorisation=leave("request 2"))


@pytest.mark.parametrize(
    ("mood", "seconds", "error", "reason"),
    [
        ("slow", 2, CustodyAway, "slow"),
        ("busy", 0, CustodyAway, "http 503"),
        ("broken", 0, CustodyAway, "http 500"),
        ("garbled", 0, CustodyAway, "garbled"),
        ("wrong", 0, CustodyRefused, "wrong_signature"),
    ],
)
def test_each_mood_of_the_server_is_an_error_of_its_own_and_never_a_signature(server, mood, seconds, error, reason):
    create_key(f"seal/{SEAL}/1", "sm2")
    by = signer(f"seal/{SEAL}/1", b"")
    server.mood, server.seconds = mood, seconds
    with pytest.raises(error) as caught:
        by.sign(b"data", authorisation=leave())
    assert caught.value.data["reason"] == reason
    server.mood, server.seconds = "well", 0
    assert by.sign(b"data", authorisation=leave())


def test_a_server_that_is_away_an_unknown_key_and_a_wrong_token_are_told_apart(server, settings):
    with pytest.raises(CustodyRefused) as caught:
        signer(f"seal/{SEAL}/9", b"")
    assert caught.value.data["reason"] == "absent"
    settings.KAPOK_SEAL_SERVER_TOKEN = "another"
    with pytest.raises(CustodyRefused) as caught:
        create_key(f"seal/{SEAL}/1", "sm2")
    assert caught.value.data["reason"] == "token"
    server.stop()
    with pytest.raises(CustodyAway):
        create_key(f"seal/{SEAL}/1", "sm2")
    assert "does not serve" in custody_health()
    settings.KAPOK_SEAL_SERVER = ""
    with pytest.raises(CustodyAway):
        custody_health()
