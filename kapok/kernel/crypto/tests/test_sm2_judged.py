"""SM2 by both providers: the standard's examples, each other, gmalg (unrelated code in Python) and the openssl command."""

import hashlib
import os
import random
import threading

import gmalg
import pytest
from django.core import checks

from kapok.kernel.crypto.errors import CipherBroken, SignatureUnsafe, Sm2Missing
from kapok.kernel.crypto.sm2 import choosing, curve, signing
from kapok.kernel.crypto.sm2.base import Sm2Key
from kapok.kernel.crypto.sm2.choosing import KNOWN_CIPHER, KNOWN_KEY, KNOWN_MESSAGE, KNOWN_PLAIN, KNOWN_R, KNOWN_S, PROVIDERS
from kapok.kernel.crypto.sm2.curve import SM2_ID, message_digest, raw_cipher, raw_signature, read_cipher, read_signature
from kapok.kernel.crypto.sm2.signing import sm2_decrypt, sm2_encrypt, sm2_generate, sm2_provider, sm2_sign, sm2_verify
from tests.judges import openssl

pytestmark = pytest.mark.feature("18.01")

PAIRS = 100_000 if os.environ.get("KAPOK_FULL") == "1" else 1_000
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""What stands before a point in the SubjectPublicKeyInfo of an SM2 key."""


@pytest.fixture(scope="module")
def providers():
    return {name: make() for name, make in PROVIDERS.items()}


@pytest.fixture(params=list(PROVIDERS))
def forced(request, settings):
    settings.KAPOK_SM2 = request.param
    return request.param


def pem_of(public, folder):
    path = folder / "key.pem"
    path.write_bytes(openssl.run("pkey", "-pubin", "-inform", "DER", stdin=SPKI + public).stdout)
    return path


def test_both_providers_give_the_answers_of_gb_t_32918_5(forced):
    assert curve.signer_digest(KNOWN_KEY.public).hex() == "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
    assert message_digest(KNOWN_KEY.public, KNOWN_MESSAGE).hex() == "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    assert sm2_verify(KNOWN_KEY.public, KNOWN_MESSAGE, curve.write_signature(KNOWN_R, KNOWN_S))
    assert sm2_decrypt(KNOWN_KEY, KNOWN_CIPHER) == KNOWN_PLAIN
    assert sm2_provider().startswith(forced)


@pytest.mark.processes
def test_what_one_provider_signs_the_other_verifies_and_gmalg_and_openssl_agree(providers, tmp_path):
    """Random keys, messages of random length; the slow judges see every hundredth and every two-hundredth."""
    names, chance = list(PROVIDERS), random.Random(18_01)
    for number in range(PAIRS):
        by, other = providers[names[number % 2]], providers[names[1 - number % 2]]
        key, message = by.generate(), chance.randbytes(chance.randrange(200))
        digest = message_digest(key.public, message)
        signature = by.sign(key, digest)
        assert other.verify(key.public, digest, signature), (key.public.hex(), message.hex())
        assert not other.verify(key.public, digest[:-1] + bytes([digest[-1] ^ 1]), signature)
        if number % 100 == 0:
            raw = raw_signature(read_signature(signature))
            judge = gmalg.SM2(uid=SM2_ID, pk=key.public)
            assert judge.verify(message, raw[:32], raw[32:])
        if number % 200 == 1:
            assert openssl.key_made(pem_of(key.public, tmp_path), message, signature)


def test_a_signature_of_gmalg_or_openssl_verifies_here(forced, tmp_path):
    key = sm2_generate()
    r, s = gmalg.SM2(key.private, SM2_ID, key.public).sign(b"by gmalg")
    assert sm2_verify(key.public, b"by gmalg", r + s)
    made = openssl.run("genpkey", "-algorithm", "SM2").stdout
    private = tmp_path / "made.pem"
    private.write_bytes(made)
    public = openssl.run("pkey", "-in", str(private), "-pubout", "-outform", "DER").stdout[len(SPKI) :]
    (tmp_path / "data").write_bytes(b"by openssl")
    done = openssl.run(
        *("pkeyutl", "-sign", "-inkey", str(private), "-in", str(tmp_path / "data"), "-rawin", "-digest", "sm3"),
        *("-pkeyopt", f"distid:{SM2_ID.decode()}"),
    )
    assert done.returncode == 0, done.stderr
    assert sm2_verify(public, b"by openssl", done.stdout)


IDS = {"usual": SM2_ID, "empty": b"", "mail": b"ALICE123@YAHOO.COM", "utf8": "木棉".encode(), "long": b"x" * 4095, "longest": b"x" * 8191}


@pytest.mark.parametrize("user_id", IDS.values(), ids=IDS.keys())
def test_the_id_of_the_signer_is_part_of_the_signature(forced, user_id):
    key = sm2_generate()
    signature = sm2_sign(key, b"data", user_id=user_id)
    assert sm2_verify(key.public, b"data", signature, user_id=user_id)
    assert sm2_verify(key.public, b"data", signature) is (user_id == SM2_ID)
    assert not sm2_verify(key.public, b"data", signature, user_id=b"1234567812345679")
    if 0 < len(user_id) < 4096:  # what gmalg takes
        r, s = raw_signature(signature)[:32], raw_signature(signature)[32:]
        assert gmalg.SM2(uid=user_id, pk=key.public).verify(b"data", r, s)


def test_an_id_that_has_no_room_in_the_digest_is_refused():
    key = sm2_generate()
    with pytest.raises(ValueError, match="8191"):
        sm2_sign(key, b"data", user_id=b"x" * 8192)
    assert not sm2_verify(key.public, b"data", bytes(64), user_id=b"x" * 8192)


def test_what_one_provider_encrypts_the_other_and_gmalg_decrypt(providers, settings):
    chance = random.Random(18)
    for number in range(max(100, PAIRS // 100)):
        key, plain = providers["libcrypto"].generate(), chance.randbytes(1 + chance.randrange(255))
        by, other = (providers[name] for name in (("libcrypto", "gmssl") if number % 2 else ("gmssl", "libcrypto")))
        cipher = by.encrypt(key.public, plain)
        assert other.decrypt(key, cipher) == plain
        assert read_cipher(cipher) == cipher == read_cipher(raw_cipher(cipher))
        if number % 20 == 0:
            assert gmalg.SM2(key.private, pk=key.public, pc_mode=gmalg.PC_MODE.RAW).decrypt(raw_cipher(cipher)) == plain
            theirs = gmalg.SM2(pk=key.public, pc_mode=gmalg.PC_MODE.RAW).encrypt(plain)
            assert sm2_decrypt(key, theirs) == plain


def test_openssl_opens_our_ciphertext_and_we_open_its(forced, tmp_path):
    private = tmp_path / "key.pem"
    private.write_bytes(openssl.run("genpkey", "-algorithm", "SM2").stdout)
    text = openssl.run("pkey", "-in", str(private), "-noout", "-text").stdout.decode()
    numbers = "".join(text.partition("priv:")[2].partition("pub:")[0].split()).replace(":", "")
    public = openssl.run("pkey", "-in", str(private), "-pubout", "-outform", "DER").stdout[len(SPKI) :]
    key = Sm2Key(int(numbers, 16).to_bytes(32, "big"), public)
    cipher = tmp_path / "cipher"
    cipher.write_bytes(sm2_encrypt(public, b"sixteen bytes ok"))
    assert openssl.run("pkeyutl", "-decrypt", "-inkey", str(private), "-in", str(cipher)).stdout == b"sixteen bytes ok"
    theirs = openssl.run("pkeyutl", "-encrypt", "-inkey", str(private), stdin=b"back again").stdout
    assert sm2_decrypt(key, theirs) == b"back again"


def test_the_first_provider_that_answers_rightly_is_taken_and_a_wrong_one_never(monkeypatch, settings):
    class Liar:
        name = version = "liar"

        def __getattr__(self, name):
            return lambda *_: True

    choosing._chosen.cache_clear()
    monkeypatch.setattr(choosing, "PROVIDERS", {"libcrypto": Liar, "gmssl": PROVIDERS["gmssl"]})
    settings.KAPOK_SM2 = ""
    try:
        assert choosing.provider().name == "gmssl"
        settings.KAPOK_SM2 = "libcrypto"
        with pytest.raises(Sm2Missing):
            choosing.provider()
        assert choosing.sm2_is_computed in checks.registry.registry.registered_checks
        assert [fault.id for fault in choosing.sm2_is_computed(None)] == ["crypto.sm2_missing"], "the node says so at its start"
        settings.KAPOK_SM2 = "tongsuo"
        with pytest.raises(Sm2Missing):
            choosing.provider()
    finally:
        choosing._chosen.cache_clear()


def test_a_signature_that_does_not_verify_is_never_given_out(monkeypatch, settings):
    """A fault while signing could give the private key away."""
    settings.KAPOK_SM2 = "libcrypto"
    provider, key = choosing.provider(), sm2_generate()
    good = provider.sign(key, hashlib.new("sm3", b"other").digest())
    monkeypatch.setattr(type(provider), "sign", lambda self, key, digest: good)
    with pytest.raises(SignatureUnsafe):
        sm2_sign(key, b"data")


@pytest.mark.processes
def test_eight_threads_share_keys_and_nothing_leaks(settings):
    settings.KAPOK_SM2 = "libcrypto"
    key, faults = sm2_generate(), []

    def work(number):
        for turn in range(200):
            data = f"{number} {turn}".encode()
            signature = sm2_sign(key, data)
            if not sm2_verify(key.public, data, signature) or sm2_decrypt(key, sm2_encrypt(key.public, data)) != data:
                faults.append(data)

    before = _resident()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(5000):
        signing.provider().verify(key.public, bytes(31) + b"\1", curve.write_signature(1, 1))
    assert faults == []
    assert _resident() - before < 20_000, "1,600 signatures and 5,000 refusals took more than 20 MB"


def test_a_key_shows_nothing_of_its_private_half():
    key = sm2_generate()
    assert key.private.hex() not in repr(key) and repr(key.private) not in repr(key)
    assert key.private not in str(key).encode()


# --- what is not a signature, a key or a ciphertext ------------------------------------------------------------------------------------


def _resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def _der(*numbers):
    return curve.sequence(*(bytes([2, len(number)]) + number for number in numbers))


R, S = KNOWN_R.to_bytes(32, "big"), KNOWN_S.to_bytes(32, "big")
GOOD = curve.write_signature(KNOWN_R, KNOWN_S)
HOSTILE = {
    "nothing": b"",
    "one byte": b"\x30",
    "s is zero": curve.write_signature(KNOWN_R, 0),
    "r is zero": curve.write_signature(0, KNOWN_S),
    "r is n": curve.write_signature(curve.N, KNOWN_S),
    "r is beyond n": curve.write_signature(KNOWN_R + curve.N, KNOWN_S),
    "s is beyond n": curve.write_signature(KNOWN_R, KNOWN_S + curve.N),
    "s is negated": curve.write_signature(KNOWN_R, curve.N - KNOWN_S),
    "swapped": curve.write_signature(KNOWN_S, KNOWN_R),
    "cut": GOOD[:-1],
    "more behind": GOOD + b"\0",
    "long length": b"\x30\x81" + GOOD[1:],
    "leading zeros": _der(b"\0\0" + R, b"\0" + S),
    "negative": _der(R, S),
    "empty number": _der(b"", b"\0" + S),
    "a third number": curve.sequence(curve.integer(KNOWN_R), curve.integer(KNOWN_S), curve.integer(1)),
    "endless length": b"\x30\x80" + GOOD[2:] + b"\0\0",
    "huge length": b"\x30\x84\xff\xff\xff\xff" + GOOD[2:],
    "63 raw bytes": (R + S)[:-1],
    "65 raw bytes": R + S + b"\0",
    "raw zeros": bytes(64),
    "raw ones": b"\xff" * 64,
}


@pytest.mark.parametrize("signature", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_could_be_written_otherwise_is_no_signature(forced, signature):
    assert sm2_verify(KNOWN_KEY.public, KNOWN_MESSAGE, GOOD)
    assert sm2_verify(KNOWN_KEY.public, KNOWN_MESSAGE, R + S)
    assert not sm2_verify(KNOWN_KEY.public, KNOWN_MESSAGE, signature)


POINTS = {
    "nothing": b"",
    "infinity": b"\0",
    "without 04": KNOWN_KEY.public[1:],
    "compressed": b"\x03" + KNOWN_KEY.public[1:33],
    "zero": b"\x04" + bytes(64),
    "off the curve": KNOWN_KEY.public[:-1] + bytes([KNOWN_KEY.public[-1] ^ 1]),
    "x beyond p": b"\x04" + curve.P.to_bytes(32, "big") + KNOWN_KEY.public[33:],
    "another curve": bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    ),
}


@pytest.mark.parametrize("public", POINTS.values(), ids=POINTS.keys())
def test_a_key_that_is_no_point_of_the_curve_verifies_and_receives_nothing(forced, public):
    assert not sm2_verify(public, KNOWN_MESSAGE, GOOD)
    with pytest.raises(ValueError, match="point"):
        sm2_encrypt(public, b"x")
    with pytest.raises(ValueError, match="key pair"):
        Sm2Key(KNOWN_KEY.private, public)


@pytest.mark.parametrize("private", [b"", bytes(32), b"\xff" * 32, (curve.N - 1).to_bytes(32, "big"), bytes(31) + b"\1" + b"\0"])
def test_a_number_that_is_no_private_key_is_refused(private):
    with pytest.raises(ValueError, match="key pair"):
        Sm2Key(private, KNOWN_KEY.public)


def test_every_changed_byte_and_every_cut_of_a_ciphertext_is_noticed(forced):
    cipher = sm2_encrypt(KNOWN_KEY.public, b"a key of sixteen")
    for place in range(len(cipher)):
        broken = bytearray(cipher)
        broken[place] ^= 1
        for wrong in (bytes(broken), cipher[:place]):
            with pytest.raises(CipherBroken):
                sm2_decrypt(KNOWN_KEY, wrong)
    for plain in (b"", b"x" * 256):
        with pytest.raises(ValueError, match="1 to 255"):
            sm2_encrypt(KNOWN_KEY.public, plain)


def test_a_message_of_no_bytes_and_one_of_a_megabyte_are_signed(forced):
    for data in (b"", bytes(1 << 20)):
        assert sm2_verify(KNOWN_KEY.public, data, sm2_sign(KNOWN_KEY, data))
