"""SM2 by the system's libcrypto (OpenSSL 3 or later) through ctypes: the fast provider, mended by the distribution.

The id never passes through the library, whose own default is the empty one: Z is computed here and the digest is signed.
Every object is freed on every way out; a key handle lives as long as somebody uses it.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_ulong, c_void_p
from functools import lru_cache

from kapok.kernel.crypto.sm2.base import Sm2Key

LIBRARIES = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.so", "libcrypto.3.dylib")
_PUBLIC, _PAIR = 0x86, 0x87
_UNSIGNED, _TEXT, _OCTETS = 2, 4, 5


class _Parameter(ctypes.Structure):
    """OSSL_PARAM."""

    _fields_ = [("key", c_char_p), ("kind", c_uint), ("data", c_void_p), ("size", c_size_t), ("used", c_size_t)]


_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "OpenSSL_version": (c_char_p, (c_int,)),
    "ERR_clear_error": (None, ()),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_fromdata_init": (c_int, (c_void_p,)),
    "EVP_PKEY_fromdata": (c_int, (c_void_p, POINTER(c_void_p), c_int, POINTER(_Parameter))),
    "EVP_PKEY_keygen_init": (c_int, (c_void_p,)),
    "EVP_PKEY_generate": (c_int, (c_void_p, POINTER(c_void_p))),
    "EVP_PKEY_get_bn_param": (c_int, (c_void_p, c_char_p, POINTER(c_void_p))),
    "EVP_PKEY_get_octet_string_param": (c_int, (c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_size_t))),
    "BN_bn2binpad": (c_int, (c_void_p, c_char_p, c_int)),
    "BN_clear_free": (None, (c_void_p,)),
    "EVP_PKEY_sign_init": (c_int, (c_void_p,)),
    "EVP_PKEY_sign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
}


class LibcryptoMissing(Exception):
    """No libcrypto of version 3 or later on this machine, or one without SM2."""


class LibcryptoFailed(Exception):
    """The library refused an operation on checked input."""


class _Handle:
    """One EVP_PKEY, freed with its last user."""

    __slots__ = ("_free", "pointer")

    def __init__(self, pointer: int, library: ctypes.CDLL) -> None:
        self.pointer, self._free = pointer, library.EVP_PKEY_free

    def __del__(self) -> None:
        self._free(self.pointer)


class Libcrypto:
    """The provider; one per process."""

    name = "libcrypto"

    def __init__(self) -> None:
        self._lib = _load()
        self.version = self._lib.OpenSSL_version(0).decode()
        self._public = lru_cache(maxsize=4096)(self._load_public)
        self._pair = lru_cache(maxsize=1024)(self._load_pair)

    def generate(self) -> Sm2Key:
        context = self._lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        pointer = c_void_p()
        try:
            done = context and self._lib.EVP_PKEY_keygen_init(context) == 1 and self._lib.EVP_PKEY_generate(context, byref(pointer)) == 1
        finally:
            self._lib.EVP_PKEY_CTX_free(context)
        if not done or not pointer.value:
            raise self._failed("generate")
        handle = _Handle(pointer.value, self._lib)
        return Sm2Key(self._private_of(handle), self._public_of(handle))

    def sign(self, key: Sm2Key, digest: bytes) -> bytes:
        with self._context(self._pair(key), "EVP_PKEY_sign_init") as context:
            size = c_size_t(80)
            out = ctypes.create_string_buffer(size.value)
            if self._lib.EVP_PKEY_sign(context, out, byref(size), digest, len(digest)) != 1:
                raise self._failed("sign")
            return out.raw[: size.value]

    def verify(self, public: bytes, digest: bytes, signature: bytes) -> bool:
        with self._context(self._public(public), "EVP_PKEY_verify_init") as context:
            answer = self._lib.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest))
        if answer != 1:
            self._lib.ERR_clear_error()
        return bool(answer == 1)

    def encrypt(self, public: bytes, plain: bytes) -> bytes:
        with self._context(self._public(public), "EVP_PKEY_encrypt_init") as context:
            out = self._longer(self._lib.EVP_PKEY_encrypt, context, plain)
        if out is None:
            raise self._failed("encrypt")
        return out

    def decrypt(self, key: Sm2Key, cipher: bytes) -> bytes | None:
        with self._context(self._pair(key), "EVP_PKEY_decrypt_init") as context:
            return self._longer(self._lib.EVP_PKEY_decrypt, context, cipher)

    def forget(self) -> None:
        self._pair.cache_clear()

    def _longer(self, call: "ctypes._NamedFuncPointer", context: int, data: bytes) -> bytes | None:
        """Ask for the room needed, then do it; None when the library refuses."""
        size = c_size_t()
        if call(context, None, byref(size), data, len(data)) == 1:
            out = ctypes.create_string_buffer(max(1, size.value))
            if call(context, out, byref(size), data, len(data)) == 1:
                return out.raw[: size.value]
        self._lib.ERR_clear_error()
        return None

    @contextmanager
    def _context(self, handle: _Handle, begin: str) -> Iterator[int]:
        context = self._lib.EVP_PKEY_CTX_new_from_pkey(None, handle.pointer, None)
        try:
            if not context or getattr(self._lib, begin)(context) != 1:
                raise self._failed(begin)
            yield context
        finally:
            self._lib.EVP_PKEY_CTX_free(context)

    def _load_public(self, public: bytes) -> _Handle:
        return self._from_data(_PUBLIC, [(b"pub", _OCTETS, public)])

    def _load_pair(self, key: Sm2Key) -> _Handle:
        private = key.private if sys.byteorder == "big" else key.private[::-1]
        return self._from_data(_PAIR, [(b"pub", _OCTETS, key.public), (b"priv", _UNSIGNED, private)])

    def _from_data(self, selection: int, parts: list[tuple[bytes, int, bytes]]) -> _Handle:
        parts = [(b"group", _TEXT, b"SM2"), *parts]
        buffers = [ctypes.create_string_buffer(data, len(data)) for _, _, data in parts]
        parameters = (_Parameter * (len(parts) + 1))()
        for place, (name, kind, data) in enumerate(parts):
            parameters[place] = _Parameter(name, kind, ctypes.cast(buffers[place], c_void_p), len(data), 0)
        context = self._lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        pointer = c_void_p()
        try:
            begun = context and self._lib.EVP_PKEY_fromdata_init(context) == 1
            done = begun and self._lib.EVP_PKEY_fromdata(context, byref(pointer), selection, parameters) == 1
        finally:
            self._lib.EVP_PKEY_CTX_free(context)
            for buffer in buffers:
                ctypes.memset(buffer, 0, len(buffer))
        if not done or not pointer.value:
            raise self._failed("load a key")
        return _Handle(pointer.value, self._lib)

    def _private_of(self, handle: _Handle) -> bytes:
        number, out = c_void_p(), ctypes.create_string_buffer(32)
        done = self._lib.EVP_PKEY_get_bn_param(handle.pointer, b"priv", byref(number)) == 1
        done = done and self._lib.BN_bn2binpad(number, out, 32) == 32
        self._lib.BN_clear_free(number)
        if not done:
            raise self._failed("read a key")
        return out.raw

    def _public_of(self, handle: _Handle) -> bytes:
        size, out = c_size_t(), ctypes.create_string_buffer(65)
        if self._lib.EVP_PKEY_get_octet_string_param(handle.pointer, b"pub", out, 65, byref(size)) != 1:
            raise self._failed("read a key")
        return out.raw[: size.value]

    def _failed(self, what: str) -> LibcryptoFailed:
        self._lib.ERR_clear_error()
        return LibcryptoFailed(f"libcrypto could not {what}")


def _load() -> ctypes.CDLL:
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
            _declare(library)
        except (OSError, AttributeError):
            continue
        if library.OpenSSL_version_num() >= 0x30000000:
            return library
    raise LibcryptoMissing("no libcrypto 3 or later")


def _declare(library: ctypes.CDLL) -> None:
    for name, (answer, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, list(arguments)
