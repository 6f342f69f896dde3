"""SM4 as messages between systems use it: the standard's example, the openssl command, gmalg, and the library of the fallback."""

import os

import gmalg
import pytest

from kapok.kernel.crypto import ciphers, sm4
from kapok.kernel.crypto.errors import CipherBroken
from kapok.kernel.crypto.sm4 import sm4_decrypt, sm4_encrypt
from tests.judges import openssl

pytestmark = pytest.mark.feature("18.01")

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


@pytest.fixture(params=["cryptography", "gmssl"])
def library(request, monkeypatch):
    monkeypatch.setattr(sm4, "PREFERRED", ciphers.SM4_GCM if request.param == "cryptography" else ciphers.AES_GCM)
    return request.param


def test_one_block_is_the_example_of_gb_t_32907(library):
    """With an IV of zeros the first block of CBC is the bare cipher."""
    _, cipher = sm4_encrypt(KEY, KEY, iv=bytes(16))
    assert cipher[:16].hex() == "681edf34d206965e86b3e94f536e4246"
    assert gmalg.SM4(KEY).encrypt(KEY) == cipher[:16]


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000])
def test_openssl_opens_what_is_encrypted_and_the_other_way(library, size):
    key, plain = os.urandom(16), os.urandom(size)
    iv, cipher = sm4_encrypt(key, plain)
    words = ("enc", "-sm4-cbc", "-K", key.hex(), "-iv", iv.hex())
    assert openssl.run(*words, "-d", stdin=cipher).stdout == plain
    assert sm4_decrypt(key, iv, openssl.run(*words, stdin=plain).stdout) == plain


@pytest.mark.parametrize(("mode", "iv", "context"), [("cbc", bytes(16), b""), ("gcm", bytes(12), b"about")])
def test_both_libraries_make_the_same_messages_and_open_each_others(monkeypatch, mode, iv, context):
    key, plain, made = os.urandom(16), os.urandom(99), []
    for kind in (ciphers.SM4_GCM, ciphers.AES_GCM, ciphers.SM4_GCM):
        monkeypatch.setattr(sm4, "PREFERRED", kind)
        made.append(sm4_encrypt(key, plain, mode=mode, iv=iv, context=context)[1])
        assert sm4_decrypt(key, iv, made[0], mode=mode, context=context) == plain
    assert len(set(made)) == 1


def test_gcm_notices_every_changed_bit_cut_and_other_context(library):
    key = os.urandom(16)
    iv, cipher = sm4_encrypt(key, b"plain text", mode="gcm", context=b"c")
    assert sm4_decrypt(key, iv, cipher, mode="gcm", context=b"c") == b"plain text"
    wrongs = [cipher[:place] for place in range(len(cipher))]
    for place in range(len(cipher)):
        broken = bytearray(cipher)
        broken[place] ^= 1
        wrongs.append(bytes(broken))
    for wrong in wrongs:
        with pytest.raises(CipherBroken):
            sm4_decrypt(key, iv, wrong, mode="gcm", context=b"c")
    with pytest.raises(CipherBroken):
        sm4_decrypt(key, iv, cipher, mode="gcm", context=b"d")


@pytest.mark.parametrize("cipher", [b"", b"x" * 15, b"x" * 17, bytes(16)])
def test_cbc_without_a_right_padding_does_not_open(library, cipher):
    with pytest.raises(CipherBroken):
        sm4_decrypt(KEY, bytes(16), cipher)
