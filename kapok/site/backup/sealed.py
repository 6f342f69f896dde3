"""A stream encrypted in pieces, so that a database of any size passes through a little memory.

AES-256-GCM over pieces of one MiB. The nonce counts the pieces and marks the last one, and the part's name is
authenticated with each: a piece that is missing, doubled, moved, cut off or of another part does not open.
"""

import os
import struct
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kapok.kernel.common.errors import KapokError

MAGIC = b"KAPOKBK1"
PIECE = 1024 * 1024
_TAG = 16


class Damaged(KapokError):
    """A backup's part does not open: damaged, cut, changed, or written under another key."""

    code, status, fields = "backup.damaged", 409, ("part",)
    says = "备份文件 {part} 已损坏或密钥不符，不能恢复。"


def write(plain: IO[bytes], out: IO[bytes], key: str, part: str) -> None:
    """Encrypt all of `plain`. The salt makes a new key for each file, so counting nonces never repeat under one key."""
    salt = os.urandom(16)
    out.write(MAGIC + salt)
    cipher, count, piece = AESGCM(_key(key, salt)), 0, plain.read(PIECE)
    while True:
        following = plain.read(PIECE)
        out.write(cipher.encrypt(_nonce(count, last=not following), piece, part.encode()))
        if not following:
            return
        count, piece = count + 1, following


def read(sealed: IO[bytes], key: str, part: str) -> Iterator[bytes]:
    """The plain pieces, each given only after it has proved whole."""
    head = sealed.read(len(MAGIC) + 16)
    if head[: len(MAGIC)] != MAGIC:
        raise Damaged(part=part)
    cipher, count, piece = AESGCM(_key(key, head[len(MAGIC) :])), 0, sealed.read(PIECE + _TAG)
    while True:
        following = sealed.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(count, last=not following), piece, part.encode())
        except InvalidTag as error:
            raise Damaged(part=part) from error
        if not following:
            return
        count, piece = count + 1, following


def _nonce(count: int, *, last: bool) -> bytes:
    return struct.pack(">?xxxQ", last, count)


def _key(secret: str, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, b"kapok backup").derive(secret.encode())
