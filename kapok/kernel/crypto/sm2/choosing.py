"""Which library computes SM2 here: the first that gives the standard's own answers, tried once at first use."""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import checks

from kapok.kernel.crypto.errors import Sm2Missing
from kapok.kernel.crypto.sm2.base import Provider, Sm2Key
from kapok.kernel.crypto.sm2.curve import N, message_digest, read_cipher, write_signature

_log = logging.getLogger(__name__)

KNOWN_KEY = Sm2Key(
    bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"),
    bytes.fromhex(
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    ),
)
KNOWN_MESSAGE = b"message digest"
KNOWN_R = 0xF5A03B06_48D2C463_0EEAC513_E1BB81A1_5944DA38_27D5B741_43AC7EAC_EEE720B3
KNOWN_S = 0xB1B6AA29_DF212FD8_763182BC_0D421CA1_BB9038FD_1F7F42D4_840B69C4_85BBC1AA
KNOWN_PLAIN = b"encryption standard"
KNOWN_CIPHER = bytes.fromhex(
    "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
    "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
    "21886ca989ca9c7d58087307ca93092d651efa"
)
"""The examples of GB/T 32918.5-2017 annexes A and C (key, message, signature; plain text, raw ciphertext)."""


def _libcrypto() -> Provider:
    from kapok.kernel.crypto.sm2.libcrypto import Libcrypto

    return Libcrypto()


def _gmssl() -> Provider:
    from kapok.kernel.crypto.sm2.gmssl import Gmssl

    return Gmssl()


PROVIDERS: dict[str, Callable[[], Provider]] = {"libcrypto": _libcrypto, "gmssl": _gmssl}
"""In the order they are tried."""


def provider() -> Provider:
    """The library in use; the setting KAPOK_SM2 forces one."""
    return _chosen(str(getattr(settings, "KAPOK_SM2", "") or ""))


@lru_cache(maxsize=4)
def _chosen(forced: str) -> Provider:
    if forced and forced not in PROVIDERS:
        raise Sm2Missing(tried=forced, why="unknown")
    faults = []
    for name in (forced,) if forced else PROVIDERS:
        fault = "wrong answers"
        try:
            candidate = PROVIDERS[name]()
            if answers_rightly(candidate):
                return candidate
        except Exception as error:
            fault = str(error)
        faults.append(f"{name}: {fault}")
        _log.warning("SM2 provider %s is not used: %s", name, fault)
    raise Sm2Missing(tried=forced or ", ".join(PROVIDERS), why="; ".join(faults))


@checks.register("ready")
def sm2_is_computed(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A node without a library that computes SM2 rightly is not ready; asked when it starts."""
    try:
        provider()
    except Sm2Missing as error:
        return [checks.Error(error.message(), id="crypto.sm2_missing")]
    return []


def answers_rightly(candidate: Provider) -> bool:
    """The standard's examples: verify and refuse, decrypt, and a signature and ciphertext of its own that come back."""
    digest = message_digest(KNOWN_KEY.public, KNOWN_MESSAGE)
    public, cipher = KNOWN_KEY.public, read_cipher(KNOWN_CIPHER)
    return (
        candidate.verify(public, digest, write_signature(KNOWN_R, KNOWN_S))
        and not candidate.verify(public, digest, write_signature(KNOWN_R, N - KNOWN_S))
        and candidate.verify(public, digest, candidate.sign(KNOWN_KEY, digest))
        and cipher is not None
        and candidate.decrypt(KNOWN_KEY, cipher) == KNOWN_PLAIN
        and candidate.decrypt(KNOWN_KEY, candidate.encrypt(public, KNOWN_PLAIN)) == KNOWN_PLAIN
    )
