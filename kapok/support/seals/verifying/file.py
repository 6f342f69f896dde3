"""One file, one report: OFD or PDF, with every signature's ten steps and what the issuer says of the paper today."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from time import perf_counter

import structlog

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import sm3
from kapok.kernel.ofd.public import read_ofd
from kapok.support.seals.verifying.copies import judge_copy
from kapok.support.seals.verifying.data import BusinessStatus, FileFacts, Report, SignatureReport, Warned, business_sources, worst
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.ofd import verify_package
from kapok.support.seals.verifying.trust import Trust, node_trust
from kapok.support.seals.verifying.words import warning

LARGEST = 50 * 1024 * 1024
PDF_MARK, PDF_WITHIN = b"%PDF-", 1024
"""Readers of PDF look for the mark in so many bytes."""
_log = structlog.get_logger("kapok.seals.verifying")


def verify_file(content: bytes, *, name: str = "", at: datetime | None = None) -> Report:
    """Verify a file at a moment of legal time (now), by what this node trusts, and ask who issued it how it stands.

    Keeps nothing. `NotVerifiable` and `OfdRefused` say why a file is not read.
    """
    report = verify_content(content, name=name, at=at or clock.now(), trust=node_trust())
    return replace(report, business=business_of(facts_of(report)))


def verify_content(content: bytes, *, name: str = "", at: datetime, trust: Trust) -> Report:
    """The same for any verifier: pure, asks no database and no issuer."""
    started = perf_counter()
    kind = kind_of(content)
    if len(content) > LARGEST:
        raise NotVerifiable("seals.verify_too_large", megabytes=LARGEST // 1024 // 1024)
    signatures, warnings, pages, custom = _signatures(kind, content, at, trust)
    if not signatures:
        warnings += (warning("report.no_signature"),)
    report = Report(
        kind=kind, digest_sm3=sm3(content), verdict=worst([each.verdict for each in signatures]), signatures=signatures, at=at,
        name=name[-200:], size=len(content), pages=pages, warnings=warnings, custom=custom,
    )  # fmt: skip
    return replace(judge_copy(report), took_ms=round((perf_counter() - started) * 1000, 2))


def kind_of(content: bytes) -> str:
    """What kind of file this is, by its first bytes."""
    if content[:4] == b"PK\x03\x04":
        return "ofd"
    if PDF_MARK in content[:PDF_WITHIN]:
        return "pdf"
    raise NotVerifiable("seals.verify_kind" if content else "seals.verify_empty")


def _signatures(
    kind: str, content: bytes, at: datetime, trust: Trust
) -> tuple[tuple[SignatureReport, ...], tuple[Warned, ...], int, Mapping[str, str]]:
    if kind == "pdf":
        from kapok.support.seals.verifying.pdf import verify_pdf  # pyHanko takes half a second to load

        return verify_pdf(content, at=at, trust=trust)
    package = read_ofd(content)
    signatures, warnings = verify_package(package, at=at, trust=trust)
    if PDF_MARK in content[:PDF_WITHIN]:
        warnings += (warning("ofd.also_pdf"),)
    return signatures, warnings, len(package.pages), package.custom_data


def facts_of(report: Report) -> FileFacts:
    """What a business source is asked with."""
    return FileFacts(
        kind=report.kind, digest_sm3=report.digest_sm3, custom=report.custom,
        signers=tuple(each.signer for each in report.signatures if each.signer), verdict=report.verdict,
    )  # fmt: skip


def business_of(facts: FileFacts) -> BusinessStatus | None:
    """The answer of the first source that knows the paper; a source that breaks is passed over and logged."""
    for key, source in business_sources.all().items():
        try:
            found = source(facts)
        except Exception as error:
            _log.error("business source failed", source=key, exc_info=error)
            continue
        if found is not None:
            return found
    return None
