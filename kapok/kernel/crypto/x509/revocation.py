"""Was a certificate revoked at a moment? Said only where a list or an answer of its own issuer shows it; otherwise unknown, with why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.crypto.x509.crl import CrlFacts, ListUnreadable, read_crl
from kapok.kernel.crypto.x509.facts import CertificateFacts, CertificateUnreadable, read_certificate
from kapok.kernel.crypto.x509.ocsp import SUCCESSFUL, OcspFacts, OcspUnreadable, read_ocsp
from kapok.kernel.crypto.x509.revoking import REASONS, RevocationEntry

GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"

WHY: dict[str, Any] = {
    "no_evidence": _("没有可用的吊销列表或状态答复。"),
    "unreadable": _("吊销列表或状态答复格式有误。"),
    "other_issuer": _("吊销列表或状态答复不是该证书的签发机构签发的。"),
    "other_certificate": _("状态答复没有涉及该证书。"),
    "stale": _("吊销列表或状态答复在该时间之前已过期。"),
    "left_the_list": _("证书已过期，其后的吊销列表不再列出过期证书。"),
    "not_answered": _("证书状态服务没有给出答复。"),
    "unusable": _("吊销列表或状态答复含有本节点不识别的关键内容。"),
}
"""Why nothing is known."""


@dataclass(frozen=True)
class Revocation:
    """The state at the moment asked for. `at` and `reason` tell of a revocation, also one that came later (status good).

    `source` is crl, ocsp or "" (nothing usable); `known_at` is the moment the evidence speaks of; `why` explains unknown.
    """

    status: str
    at: datetime | None = None
    reason: str = ""
    source: str = ""
    known_at: datetime | None = None
    why: str = ""
    evidence: bytes = b""

    @property
    def revoked_later(self) -> bool:
        return self.status == GOOD and self.at is not None

    def reason_text(self) -> str:
        return str(REASONS[self.reason][1]) if self.reason else ""

    def why_text(self) -> str:
        return str(WHY[self.why]) if self.why else ""


@dataclass(frozen=True)
class _Finding:
    """What one list or answer says of the certificate."""

    source: str
    known_at: datetime
    until: datetime | None
    entry: RevocationEntry | None
    evidence: bytes
    keeps_expired: bool = False


def revocation_at(certificate: bytes, issuer: bytes, at: datetime, crls: Iterable[bytes] = (), ocsps: Iterable[bytes] = ()) -> Revocation:
    """Judge by all that is given: revoked if any proper evidence says so for that moment; good by the newest that says so; else unknown."""
    try:
        facts, above = read_certificate(certificate), read_certificate(issuer)
    except CertificateUnreadable:
        return Revocation(UNKNOWN, why="unreadable")
    findings: list[_Finding] = []
    troubles: list[str] = []
    for found in (*_from_lists(facts, above, crls), *_from_answers(facts, above, ocsps)):
        if isinstance(found, str):
            troubles.append(found)
        else:
            findings.append(found)
    return _judged(facts, at, findings, troubles)


def _judged(facts: CertificateFacts, at: datetime, findings: list[_Finding], troubles: list[str]) -> Revocation:
    listed = [each for each in findings if each.entry and not _lifted(each, findings, at)]
    if listed:
        first = min(listed, key=lambda each: each.entry.counts_from if each.entry else at)
        entry = first.entry
        if entry is not None:
            status = REVOKED if entry.counts_from <= at else GOOD
            return Revocation(status, entry.counts_from, entry.reason, first.source, first.known_at, evidence=first.evidence)
    for each in sorted((f for f in findings if f.entry is None), key=lambda f: f.known_at, reverse=True):
        if each.known_at > facts.valid_to and not each.keeps_expired:
            troubles.append("left_the_list")
        elif each.known_at >= at or (each.until is not None and at <= each.until):
            return Revocation(GOOD, source=each.source, known_at=each.known_at, evidence=each.evidence)
        else:
            troubles.append("stale")
    ranked = [why for why in ("left_the_list", "stale", "unusable", "not_answered", "other_certificate", "other_issuer") if why in troubles]
    return Revocation(UNKNOWN, why=(ranked or troubles or ["no_evidence"])[0])


def _lifted(held: _Finding, findings: list[_Finding], at: datetime) -> bool:
    """A hold that newer evidence, from before the moment asked for, no longer knows; and an entry that says it was lifted."""
    if held.entry is None or held.entry.reason == "remove_from_crl":
        return True
    newer = (f for f in findings if f.entry is None and held.known_at < f.known_at <= at)
    return held.entry.reason == "hold" and any(newer)


def _from_lists(facts: CertificateFacts, issuer: CertificateFacts, crls: Iterable[bytes]) -> Iterator[_Finding | str]:
    for der in crls:
        try:
            listed = read_crl(der)
        except ListUnreadable:
            yield "unreadable"
            continue
        yield _list_finding(facts, issuer, listed)


def _list_finding(facts: CertificateFacts, issuer: CertificateFacts, listed: CrlFacts) -> _Finding | str:
    if not listed.signed_by(issuer):
        return "other_issuer"
    try:
        entry = listed.entries.get(facts.serial)
    except ListUnreadable:
        return "unreadable"
    if listed.unusable or listed.strange or not listed.speaks_of(facts):
        return "unusable"
    keeps = listed.expired_stay_since is not None and listed.expired_stay_since <= facts.valid_to
    return _Finding("crl", listed.this_update, listed.next_update, entry, listed.der, keeps)


def _from_answers(facts: CertificateFacts, issuer: CertificateFacts, ocsps: Iterable[bytes]) -> Iterator[_Finding | str]:
    for der in ocsps:
        try:
            answer = read_ocsp(der)
        except OcspUnreadable:
            yield "unreadable"
            continue
        yield from _answer_findings(facts, issuer, answer, der)


def _answer_findings(facts: CertificateFacts, issuer: CertificateFacts, answer: OcspFacts, der: bytes) -> Iterator[_Finding | str]:
    if answer.status != SUCCESSFUL:
        yield "not_answered"
        return
    about = [each for each in answer.answers if each.about.serial == facts.serial and each.about.issued_by(issuer)]
    if not about:
        yield "other_certificate"
    elif answer.unusable:
        yield "unusable"
    elif not answer.signed_for(issuer):
        yield "other_issuer"
    else:
        for each in about:
            if each.status == "unknown":
                yield "not_answered"
            else:
                yield _Finding("ocsp", each.this_update, each.next_update, each.entry, der)
