"""SM3 and SM4 against published vectors and against the openssl command as an independent judge."""

import os
import shutil
import subprocess

import pytest

from kapok.kernel.crypto import ciphers

pytestmark = pytest.mark.feature("08.01", part="sealed personal data")


def openssl(*args: str, data: bytes) -> bytes:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")
    return subprocess.run(["openssl", *args], input=data, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_two_examples_of_gb_t_32905(message, digest):
    assert ciphers.sm3(message).hex() == digest
    assert ciphers._sm3_by_cryptography(message).hex() == digest


def test_sm3_agrees_with_openssl_on_random_lengths():
    for size in (0, 1, 55, 56, 63, 64, 65, 1000):
        data = os.urandom(size)
        judged = openssl("dgst", "-sm3", "-binary", data=data)
        assert ciphers.sm3(data) == judged == ciphers._sm3_by_cryptography(data)


def test_keyed_sm3_agrees_with_openssl_and_with_the_form_for_machines_whose_hashlib_lacks_sm3(monkeypatch):
    key, data = os.urandom(32), os.urandom(77)
    mine = ciphers.hmac_sm3(key, data)
    monkeypatch.setattr(ciphers, "_HASHLIB_HAS_SM3", False)
    assert ciphers.hmac_sm3(key, data) == mine
    judged = openssl("mac", "-digest", "SM3", "-macopt", f"hexkey:{key.hex()}", "-binary", "HMAC", data=data)
    assert mine == judged


def test_the_block_cipher_under_the_seal_is_sm4_as_openssl_has_it():
    """GCM's counter mode starts at nonce || 2, so openssl's SM4-CTR must give the same ciphertext."""
    key, plain = os.urandom(16), os.urandom(100)
    sealed = ciphers.lock(key, plain, b"context")
    assert sealed[0] == ciphers.SM4_GCM
    counter = sealed[1:13] + (2).to_bytes(4, "big")
    judged = openssl("enc", "-sm4-ctr", "-K", key.hex(), "-iv", counter.hex(), data=plain)
    assert sealed[13:-16] == judged


def test_every_changed_bit_and_every_cut_is_noticed():
    key, sealed = os.urandom(16), bytearray(ciphers.lock(bytes(16), b"plain text", b"c"))
    assert ciphers.unlock(key, bytes(sealed), b"c") is None
    assert ciphers.unlock(bytes(16), bytes(sealed), b"c") == b"plain text"
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        assert ciphers.unlock(bytes(16), bytes(broken), b"c") is None, place
        assert ciphers.unlock(bytes(16), bytes(sealed[:place]), b"c") is None, place
    assert ciphers.unlock(bytes(16), bytes(sealed), b"d") is None


def test_a_machine_without_sm4_seals_with_aes_and_both_kinds_open(monkeypatch):
    by_sm4 = ciphers.lock(bytes(16), b"one", b"c")
    monkeypatch.setattr(ciphers, "PREFERRED", ciphers.AES_GCM)
    by_aes = ciphers.lock(bytes(16), b"two", b"c")
    assert (by_sm4[0], by_aes[0]) == (1, 2)
    assert ciphers.unlock(bytes(16), by_sm4, b"c") == b"one"
    assert ciphers.unlock(bytes(16), by_aes, b"c") == b"two"


def test_equal_plain_texts_never_seal_to_equal_bytes():
    assert len({ciphers.lock(bytes(16), b"same", b"") for _ in range(1000)}) == 1000
