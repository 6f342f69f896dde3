"""The door of `kernel.crypto`."""

from kapok.kernel.crypto.ciphers import hmac_sm3, sm3
from kapok.kernel.crypto.errors import (
    KeyUnknown,
    MasterKeyMissing,
    MasterKeyUnsafe,
    SealBroken,
    SubjectForgotten,
)
from kapok.kernel.crypto.keys import NODE, KeyRow, ensure_key, ensure_keys, forget, load_keys, new_key, take_key
from kapok.kernel.crypto.master import create_master_key
from kapok.kernel.crypto.queries import INSERT_KEY, KEY_OF
from kapok.kernel.crypto.sealing import blind_index, seal, seal_json, signature, unseal, unseal_json

__all__ = [
    "INSERT_KEY",
    "KEY_OF",
    "NODE",
    "KeyRow",
    "KeyUnknown",
    "MasterKeyMissing",
    "MasterKeyUnsafe",
    "SealBroken",
    "SubjectForgotten",
    "blind_index",
    "create_master_key",
    "ensure_key",
    "ensure_keys",
    "forget",
    "hmac_sm3",
    "load_keys",
    "new_key",
    "seal",
    "seal_json",
    "signature",
    "sm3",
    "take_key",
    "unseal",
    "unseal_json",
]
