"""Steps 6 to 10, which ask of people and times: makers, chains, validity, revocation, time stamps. Pure; the same for OFD and PDF."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from django.utils.translation import gettext as _

from kapok.kernel.crypto.public import (
    CertificateFacts,
    CertificateUnreadable,
    ListUnreadable,
    PathResult,
    Revocation,
    TimeStamp,
    read_certificate,
    read_crl,
    read_timestamp,
    revocation_at,
    validate_path,
)
from kapok.support.seals.verifying.findings import Finding, failed, not_asked, passed, undecided
from kapok.support.seals.verifying.trust import Trust
from kapok.support.seals.verifying.words import warning

TOLERANCE = timedelta(minutes=5)
"""By how much two honest clocks may differ."""
DATES = frozenset(("x509.expired", "x509.not_yet_valid"))
USAGE = "x509.wrong_usage"
OTHER_DATA = "stamp.other_data"
LEAKED = frozenset(("key_compromise", "ca_compromise", "aa_compromise", "unspecified"))
"""Reasons after which the earlier work of a maker or of a time-stamp authority is doubted too."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one signature before anybody is asked.

    `stamped`: what a time stamp that proves the time is over, the signature itself; `beside`: what else some makers have stamped, which
    may be older than the signature. `maker`, `made_at`, `seal_from`, `seal_to` are None where there
    is no seal. `crls` and `ocsps` came with the file.
    """

    signer: bytes = field(repr=False)
    claimed_at: datetime | None
    stamped: bytes = field(repr=False, default=b"")
    beside: tuple[bytes, ...] = field(repr=False, default=())
    token: bytes | None = field(repr=False, default=None)
    carried: tuple[bytes, ...] = field(repr=False, default=())
    crls: tuple[bytes, ...] = field(repr=False, default=())
    ocsps: tuple[bytes, ...] = field(repr=False, default=())
    maker: bytes | None = field(repr=False, default=None)
    made_at: datetime | None = None
    seal_from: datetime | None = None
    seal_to: datetime | None = None
    purpose: str = "seal"


@dataclass
class Judge:
    """Judges one signature's certificates at one moment of verification (`now`, legal time)."""

    evidence: Evidence
    trust: Trust
    now: datetime

    @cached_property
    def stamp(self) -> TimeStamp | None:
        """The time stamp, read over whichever of the known inputs it fits."""
        evidence = self.evidence
        if evidence.token is None:
            return None
        read = self._read_stamp(evidence.token, evidence.stamped)
        if OTHER_DATA not in read.faults:
            return read
        others = (self._read_stamp(evidence.token, data) for data in evidence.beside)
        return next((each for each in others if OTHER_DATA not in each.faults), read)

    def _read_stamp(self, token: bytes, data: bytes) -> TimeStamp:
        return read_timestamp(token, data, roots=self.trust.stamp_roots, pool=self._pool)

    @cached_property
    def _stamped_at(self) -> datetime | None:
        """The moment of a time stamp by somebody trusted, whatever it is over; None without one."""
        stamp = self.stamp
        if stamp is None or not stamp.sound or stamp.path is None or not stamp.path.valid:
            return None
        doubted = any(state.status == "revoked" or self._leaked(state) for state in self._stamp_states)
        return None if doubted else stamp.at

    @cached_property
    def _is_bound(self) -> bool:
        """Whether the time stamp is over the signature's own value: over anything else it may be older than the signature."""
        stamp = self.stamp
        return stamp is not None and stamp.is_over(self.evidence.stamped)

    @property
    def proven_at(self) -> datetime | None:
        """A time before which somebody trusted saw the signature, or None."""
        return self._stamped_at if self._is_bound else None

    @property
    def claimed_at(self) -> datetime | None:
        """The time the signer names: in words, or by a stamp he had put on something else."""
        return self.evidence.claimed_at or (None if self._is_bound else self._stamped_at)

    @property
    def moment(self) -> datetime:
        """The best known signing time; without any, now."""
        return self.proven_at or self.claimed_at or self.now

    @cached_property
    def path(self) -> PathResult:
        return self._path(self.evidence.signer, self.moment, self.evidence.purpose)

    @cached_property
    def maker_path(self) -> PathResult | None:
        maker = self.evidence.maker
        return self._path(maker, self._made(maker), "seal_maker") if maker is not None else None

    def _made(self, maker: bytes) -> datetime:
        """When the maker signed the seal: the day it names, or the first moment of its certificate where that day lies before it.

        Some makers write the day of the application. The seal was made before it was used, and that is what must hold.
        """
        named = self.evidence.made_at or self.moment
        begins = next((facts.valid_from for facts in _read_all((maker,))), named)
        return begins if named < begins <= self.moment else named

    @cached_property
    def _pool(self) -> tuple[bytes, ...]:
        return (*self.evidence.carried, *self.trust.pool)

    def _path(self, leaf: bytes, at: datetime, purpose: str) -> PathResult:
        return validate_path(leaf, pool=self._pool, roots=self.trust.roots, at=at, purpose=purpose)

    # --- step 6 -----------------------------------------------------------------------------------------------------------------

    def judge_maker(self) -> Finding:
        """The maker's certificate held when the seal was made, may make seals, and is not that of the seal's own user."""
        evidence, path = self.evidence, self.maker_path
        if evidence.maker is None or path is None:
            return not_asked("no_seal")
        try:
            facts = read_certificate(evidence.maker)
        except CertificateUnreadable as error:
            return failed("unreadable", why=error.why)
        made = self._made(evidence.maker)
        said = {"maker": facts.common_name, "made_at": evidence.made_at}
        if not facts.valid_at(made):
            return failed("not_then", **said)
        if evidence.maker == evidence.signer or any(fault.code == USAGE and fault.place == 0 for fault in path.faults):
            return failed("usage", **said)
        odd = (warning("ses.made_before"),) if evidence.made_at is not None and made != evidence.made_at else ()
        return passed("ok", *odd, **said)

    # --- step 7 -----------------------------------------------------------------------------------------------------------------

    def judge_chains(self) -> Finding:
        """Signer and maker lead to roots this node trusts. A stranger's root makes it untrusted; a chain that breaks a rule is wrong."""
        try:
            read_certificate(self.evidence.signer)
        except CertificateUnreadable as error:
            return failed("unreadable", why=error.why)
        for path, passed_over in ((self.path, DATES), (self.maker_path, DATES | {USAGE})):
            if path is None or path.verdict != "INVALID":
                continue
            wrong = next((fault for fault in path.faults if fault.code not in passed_over), None)
            if wrong is not None:
                return failed("broken", whose=wrong.subject or _name(path.chain[0]), why=wrong.message().rstrip("。."))
        strange = next((path for path in (self.path, self.maker_path) if path is not None and path.verdict == "UNTRUSTED"), None)
        if strange is not None:
            return undecided("untrusted", root=_issuer(strange.chain[-1]))
        return passed("ok", root=_name(self.path.chain[-1]))

    # --- step 8 -----------------------------------------------------------------------------------------------------------------

    def judge_validity(self) -> Finding:
        """Seal and certificates held when it was signed, and the time itself can be believed."""
        evidence, claimed, proven = self.evidence, self.claimed_at, self.proven_at
        at = proven or claimed
        if at is None:
            return undecided("no_time")
        if claimed is not None and claimed > self.now + TOLERANCE:
            return failed("future", signed_at=claimed)
        if claimed is not None and proven is not None and claimed > proven + TOLERANCE:
            return failed("contradicts", signed_at=claimed, proven_at=proven)
        if evidence.seal_from is not None and evidence.seal_to is not None and not evidence.seal_from <= at <= evidence.seal_to:
            return failed("seal_outside", signed_at=at, valid_from=evidence.seal_from, valid_to=evidence.seal_to)
        outside = next((facts for facts in self._signing_chain() if not facts.valid_at(at)), None)
        if outside is not None:
            return failed(
                "certificate_outside", signed_at=at, valid_from=outside.valid_from, valid_to=outside.valid_to, whose=outside.common_name
            )
        if proven is not None:
            return passed("ok", signed_at=proven)
        over = self._over_by_now()
        return undecided("unproven", what=over, signed_at=at) if over else passed("ok_claimed", signed_at=at)

    def _signing_chain(self) -> list[CertificateFacts]:
        """The signer's certificate, and those above it when they lead to a root of ours."""
        chain = self.path.chain if self.path.verdict != "UNTRUSTED" else self.path.chain[:1]
        return list(_read_all(chain))

    def _over_by_now(self) -> str:
        """What has ended since, so that a claimed time is no proof any more."""
        if self.evidence.seal_to is not None and self.evidence.seal_to < self.now:
            return _("印章")
        return next((facts.common_name for facts in self._signing_chain() if facts.valid_to < self.now), "")

    # --- step 9 -----------------------------------------------------------------------------------------------------------------

    def judge_revocation(self) -> Finding:
        """Nobody in the chains was revoked when it was signed. A revocation after a proven time does no harm."""
        paths = [path for path in (self.path, self.maker_path) if path is not None]
        if any(path.verdict == "UNTRUSTED" for path in paths):
            return undecided("untrusted")
        later: Finding | None = None
        open_: Finding | None = None
        source = ""
        for number, path in enumerate(paths):
            for cert, issuer in _pairs(path.chain):
                found = self._revoked(cert, issuer, of_maker=number == 1 and cert == self.evidence.maker)
                if found.outcome == "fail":
                    return found
                if found.code == "later":
                    later = later or found
                elif found.outcome == "unknown":
                    open_ = found if open_ is None or found.code == "unproven" else open_
                source = source or str(found.data.get("source", ""))
        return open_ or later or passed("good", source=source or "—")

    def _revoked(self, cert: bytes, issuer: bytes, *, of_maker: bool) -> Finding:
        state = self._state(cert, issuer, self.proven_at or self.now)
        said = {"whose": _name(cert), "revoked_at": state.at, "signed_at": self.moment, "reason": state.reason}
        if state.status == "unknown":
            return undecided("no_data", why=state.why_text(), **said)
        if state.at is None:
            return passed("good", source=state.source.upper())
        if of_maker and state.reason not in LEAKED and (self.evidence.made_at or self.moment) < state.at:
            return passed("later", **said)
        if self.proven_at is not None:
            return failed("before", **said) if state.status == "revoked" else passed("later", **said)
        claimed = self.claimed_at
        return failed("before", **said) if claimed is None or claimed >= state.at else undecided("unproven", **said)

    def _state(self, cert: bytes, issuer: bytes, at: datetime) -> Revocation:
        lists = _lists_of(issuer, (*self.evidence.crls, *self.trust.crls, *self.trust.crls_for(cert)))
        return revocation_at(cert, issuer, at, lists, (*self.evidence.ocsps, *self.trust.ocsps))

    @cached_property
    def _stamp_states(self) -> list[Revocation]:
        """Who of the time stamp's chain was revoked, judged when it stamped."""
        stamp = self.stamp
        if stamp is None or stamp.path is None or stamp.at is None:
            return []
        return [self._state(cert, issuer, stamp.at) for cert, issuer in _pairs(stamp.path.chain)]

    @staticmethod
    def _leaked(state: Revocation) -> bool:
        """Whether the key was lost, be it later: whoever has it stamps any time (RFC 3161, 4)."""
        return state.at is not None and state.reason in LEAKED

    # --- step 10 ----------------------------------------------------------------------------------------------------------------

    def judge_timestamp(self) -> Finding:
        """The time stamp is over this signature and from somebody trusted. None at all is no fault."""
        stamp = self.stamp
        if stamp is None:
            return not_asked("absent")
        authority = _name(stamp.certificate) if stamp.certificate else ""
        if stamp.at is None:
            return failed("unreadable", why=", ".join(stamp.faults))
        if not stamp.sound:
            return failed("wrong", why=", ".join(stamp.faults))
        if stamp.path is not None and stamp.path.verdict == "INVALID":
            return failed("wrong", why=stamp.path.faults[0].message().rstrip("。."))
        if any(state.status == "revoked" for state in self._stamp_states):
            return failed("wrong", why="revoked")
        if any(map(self._leaked, self._stamp_states)):
            return undecided("leaked", authority=authority)
        if self._stamped_at is None:
            return undecided("untrusted", authority=authority)
        if not self._is_bound:
            return undecided("beside", authority=authority)
        return passed("ok", authority=authority, proven_at=stamp.at)


def _pairs(chain: tuple[bytes, ...]) -> Iterator[tuple[bytes, bytes]]:
    """Each certificate with the one above it; the root answers for itself."""
    yield from pairwise(chain)


def _lists_of(issuer: bytes, crls: Iterable[bytes]) -> Iterator[bytes]:
    """The lists that carry the issuer's name: checking every list's signature would cost more than all the rest."""
    try:
        name = read_certificate(issuer).subject_der
    except CertificateUnreadable:
        return
    for der in crls:
        try:
            if read_crl(der).issuer_der == name:
                yield der
        except ListUnreadable:
            continue


def _read_all(chain: tuple[bytes, ...]) -> Iterator[CertificateFacts]:
    for der in chain:
        try:
            yield read_certificate(der)
        except CertificateUnreadable:
            return


def _name(der: bytes) -> str:
    return next((facts.common_name for facts in _read_all((der,))), "")


def _issuer(der: bytes) -> str:
    return next((facts.issuer for facts in _read_all((der,))), "")
