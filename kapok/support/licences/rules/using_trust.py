"""Whom a reader without a network believes: certificates that lead to the roots it was given. No database."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from asn1crypto import pem

from kapok.kernel.crypto.public import certificate_verifies, validate_path
from kapok.support.licences.rules.using_offline import Trusted, Verifies


def certificates_in(content: bytes) -> list[bytes]:
    """The certificates of a file: one as DER, or any number as PEM; ValueError where there is none."""
    if not pem.detect(content):
        return [content]
    return [der for _kind, _headers, der in pem.unarmor(content, multiple=True)]


def judges(roots: Sequence[bytes]) -> tuple[Verifies, Trusted]:
    """How signatures are verified, and who is trusted, with these roots; a path once judged for a moment is remembered."""

    def verifies(certificate: bytes, data: bytes, signature: bytes) -> bool:
        return certificate_verifies(certificate, data, signature)

    @lru_cache(maxsize=64)
    def path(certificate: bytes, others: tuple[bytes, ...], moment: datetime) -> bool:
        return validate_path(certificate, pool=others, roots=roots, at=moment, purpose="node").verdict == "VALID"

    def trusted(certificate: bytes, others: Sequence[bytes], moment: datetime) -> bool:
        return path(certificate, tuple(others), moment)

    return verifies, trusted
