"""Custody `file`: keys in files of this machine, wrapped with SM4-GCM under a key that lies beside them. For demonstrations.

The folder is KAPOK_KEYS (absent: `keys` in KAPOK_SECRETS). Its wrapping key is not the node's master key, so that a
process which seals personal data does not hold what opens signing keys. Whoever signs by this custody holds them all.
"""

import json
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kapok.kernel.common import clock
from kapok.kernel.crypto.ciphers import KEY_BYTES, lock, unlock
from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.custody.authorising import check
from kapok.kernel.crypto.custody.base import checked_algorithm, checked_label
from kapok.kernel.crypto.custody.data import Algorithm, Authorisation, KeyFacts, Signed
from kapok.kernel.crypto.errors import CustodyRefused
from kapok.kernel.crypto.master import FILE_NAME as MASTER_FILE
from kapok.kernel.crypto.master import create_master_key, derived_in
from kapok.kernel.crypto.sm2.signing import forget_keys

CAPACITY = 2000


class FileCustody:
    """One folder of keys; what was opened stays open in memory as long as its file is the same."""

    title = "文件（演示用）"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[tuple[int, int], KeyFacts, material.PrivateKey | None]] = OrderedDict()

    def make(self, label: str, algorithm: Algorithm) -> KeyFacts:
        if (found := self.find(label)) is not None:
            return _of_kind(found, algorithm)
        create_master_key(self.folder)
        key = material.generate(algorithm)
        public = material.public_bytes(key)
        wrapped = lock(self._wrapping(), material.private_bytes(key), _context(label, algorithm, public))
        text = json.dumps({"algorithm": algorithm, "public": public.hex(), "wrapped": wrapped.hex()})
        _write_once(self._path(label), text.encode())
        facts = self.find(label)
        if facts is None:
            raise CustodyRefused(key=label, reason="destroyed")
        return _of_kind(facts, algorithm)

    def find(self, label: str) -> KeyFacts | None:
        held = self._look(checked_label(label))
        return None if held is None else held[0]

    def sign(self, key: KeyFacts, data: bytes, authorisation: Authorisation | None) -> Signed:
        return Signed(self.sign_digest(key.label, material.digest_of(key.algorithm, key.public, data), authorisation))

    def sign_digest(self, label: str, digest: bytes, authorisation: Authorisation | None) -> bytes:
        """The same for who has only the digest."""
        check(label, authorisation, now=clock.wall())
        held = self._look(checked_label(label))
        if held is None or len(digest) != 32:
            raise CustodyRefused(key=label, reason="absent" if held is None else "digest")
        return material.sign_digest(held[1] or self._open(label), digest)

    def destroy(self, label: str) -> None:
        path = self._path(checked_label(label))
        with suppress(FileNotFoundError):
            path.write_bytes(os.urandom(path.stat().st_size))
            path.unlink()
        with self._lock:
            self._held.pop(label, None)
        forget_keys()

    def check(self) -> str:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return f"no folder of keys: {self.folder} ({error.strerror})"
        return ""

    def _path(self, label: str) -> Path:
        """Where a key lies; the wrapping key beside them is nobody's to make, find or destroy."""
        if label == Path(MASTER_FILE).stem:
            raise CustodyRefused(key=label, reason="label")
        return self.folder / f"{label}.key"

    def _wrapping(self) -> bytes:
        return derived_in(self.folder, "custody")[:KEY_BYTES]

    def _look(self, label: str) -> tuple[KeyFacts, material.PrivateKey | None] | None:
        """What is known of a key, read again when its file is another."""
        path = self._path(label)
        try:
            seen = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        stamp = (seen.st_ino, seen.st_mtime_ns)
        held = self._held.get(label)
        if held is None or held[0] != stamp:
            held = (stamp, self._facts(label), None)
            self._hold(label, held)
        return held[1], held[2]

    def _facts(self, label: str) -> KeyFacts:
        try:
            text = json.loads(self._path(label).read_bytes())
            return KeyFacts(label, checked_algorithm(text["algorithm"]), bytes.fromhex(text["public"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise CustodyRefused(key=label, reason="damaged") from None

    def _open(self, label: str) -> material.PrivateKey:
        facts = self._facts(label)
        wrapped = bytes.fromhex(json.loads(self._path(label).read_bytes())["wrapped"])
        private = unlock(self._wrapping(), wrapped, _context(label, facts.algorithm, facts.public))
        if private is None:
            raise CustodyRefused(key=label, reason="damaged")
        key = material.load(facts.algorithm, private, facts.public)
        stamp = self._path(label).stat()
        self._hold(label, ((stamp.st_ino, stamp.st_mtime_ns), facts, key))
        return key

    def _hold(self, label: str, held: tuple[tuple[int, int], KeyFacts, material.PrivateKey | None]) -> None:
        with self._lock:
            self._held[label] = held
            while len(self._held) > CAPACITY:
                self._held.popitem(last=False)


def keys_folder() -> Path:
    return Path(getattr(settings, "KAPOK_KEYS", None) or Path(settings.KAPOK_SECRETS) / "keys")


def file_custody() -> FileCustody:
    return _at(str(keys_folder()))


@lru_cache(maxsize=16)
def _at(folder: str) -> FileCustody:
    return FileCustody(Path(folder))


def _of_kind(facts: KeyFacts, algorithm: Algorithm) -> KeyFacts:
    if facts.algorithm != algorithm:
        raise CustodyRefused(key=facts.label, reason="other_algorithm")
    return facts


def _context(label: str, algorithm: str, public: bytes) -> bytes:
    return f"{label}\n{algorithm}\n{public.hex()}".encode()


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all, and never over another's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
