"""From a certificate up to a root that is trusted (RFC 5280, 6), judged at a moment and for a purpose.

Three answers, and they mean different things: VALID; UNTRUSTED, when no chain leads to a configured root, whatever else is
right or wrong; INVALID, when one does and breaks a rule, or when the certificate names one of our issuers and is not its work.
The search is bounded: a pool made to be slow ends it, and ends it as UNTRUSTED.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from kapok.kernel.crypto.x509 import names
from kapok.kernel.crypto.x509.facts import CertificateFacts, CertificateUnreadable, outline, read_certificate
from kapok.kernel.crypto.x509.judging import Fault, chain_faults, fault

VALID, UNTRUSTED, INVALID = "VALID", "UNTRUSTED", "INVALID"

LONGEST = 8
"""Certificates in a chain, root and leaf included."""
TRIES = 64
"""Signatures checked in one search: more means that somebody made a pool to be slow."""


@dataclass(frozen=True)
class PathResult:
    """The judgement; `chain` runs from the leaf upwards as far as it could be followed, `faults` name what is wrong and where."""

    verdict: str
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def valid(self) -> bool:
        return self.verdict == VALID

    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.faults)


def validate_path(
    leaf: bytes,
    *,
    pool: Iterable[bytes] = (),
    roots: Iterable[bytes],
    at: datetime,
    purpose: str = "any",
    policies: Sequence[str] = (),
) -> PathResult:
    """Judge `leaf` at the moment `at` for a purpose of `judging.PURPOSES`; with `policies` one of them must hold along the chain.

    Never raises for what certificates contain: a root or pool certificate that cannot be read is passed over, a leaf is INVALID.
    """
    try:
        first = read_certificate(leaf)
    except CertificateUnreadable as error:
        return PathResult(INVALID, (bytes(leaf),), (fault("x509.unreadable", b"", 0, why=error.why),))
    search = _Search(_roots_by_subject(tuple(roots)), _by_subject(pool))
    best: tuple[list[CertificateFacts], list[Fault]] | None = None
    for chain in search.chains(first):
        faults = chain_faults(chain, at, purpose, policies)
        if best is None or len(faults) < len(best[1]):
            best = chain, faults
        if not faults:
            break
    if best is None:
        return _not_reached(first, search, at, purpose)
    found, faults = best
    return PathResult(INVALID if faults else VALID, tuple(each.der for each in found), tuple(faults), _warnings(found))


@dataclass
class _Search:
    """Depth first, issuers named by key first; `longest` is the best that was followed without reaching a root."""

    roots: dict[bytes, tuple[bytes, ...]]
    pool: dict[bytes, tuple[bytes, ...]]
    tries: int = 0
    longest: list[CertificateFacts] = field(default_factory=list)
    claimed: list[tuple[CertificateFacts, CertificateFacts]] = field(default_factory=list)
    """Certificates that name an issuer's key, with that issuer, which did not sign them."""
    stopped: str = ""

    def chains(self, leaf: CertificateFacts) -> Iterator[list[CertificateFacts]]:
        """Every chain of right signatures from the leaf to a root, shortest search first."""
        open_ends = [[leaf]]
        while open_ends:
            chain = open_ends.pop()
            if len(chain) > len(self.longest):
                self.longest = chain
            last = chain[-1]
            if self._is_root(last):
                yield chain
                continue
            if len(chain) >= LONGEST:
                self.stopped = self.stopped or "x509.too_deep"
                continue
            open_ends += [[*chain, issuer] for issuer in reversed(self._issuers(chain))]

    def _is_root(self, facts: CertificateFacts) -> bool:
        return facts.der in self.roots.get(_key(facts.subject_der), ())

    def _issuers(self, chain: list[CertificateFacts]) -> list[CertificateFacts]:
        """Those whose signature on the chain's last certificate is right; others than the key named are tried where it is not there."""
        last = chain[-1]
        found: list[CertificateFacts] = []
        named: list[tuple[CertificateFacts, CertificateFacts]] = []
        taken = {each.der for each in chain}
        name = _key(last.issuer_der)
        for facts in _nearest(self.roots.get(name, ()) + self.pool.get(name, ()), last):
            if facts.der in taken:
                self.stopped = self.stopped or ("" if facts is last else "x509.loop")
                continue
            if found and last.authority_key_id != facts.key_id:
                break
            if self.tries >= TRIES:
                self.stopped = "x509.too_many_paths"
                break
            self.tries += 1
            if last.issued_by(facts):
                found.append(facts)
                taken.add(facts.der)
            elif last.authority_key_id and last.authority_key_id == facts.key_id:
                named.append((last, facts))
        if not found:
            self.claimed += named
        return found

    def forged(self) -> CertificateFacts | None:
        """A certificate that says it is the work of an issuer which a root of ours vouches for, and is not."""
        for below, issuer in tuple(self.claimed):
            if next(self.chains(issuer), None) is not None:
                return below
        return None


def _nearest(candidates: tuple[bytes, ...], below: CertificateFacts) -> Iterator[CertificateFacts]:
    """Candidates that can be read, those that carry the key identifier asked for first; at most as many as may be tried."""
    later, wanted = [], below.authority_key_id
    if wanted and len(candidates) > 1:
        candidates = tuple(sorted(candidates, key=lambda der: wanted not in der))
    for der in candidates[: 4 * TRIES]:
        try:
            facts = read_certificate(der)
        except CertificateUnreadable:
            continue
        if wanted and facts.key_id == wanted:
            yield facts
        else:
            later.append(facts)
    yield from later


def _not_reached(leaf: CertificateFacts, search: _Search, at: datetime, purpose: str) -> PathResult:
    """No chain leads to a root: foreign, incomplete, or forged in the name of one of ours."""
    chain, stopped = search.longest or [leaf], search.stopped
    wrong = search.forged()
    if wrong is not None:
        place = next((n for n, each in enumerate(chain) if each is wrong), 0)
        faults = [fault("x509.signature", wrong.subject_der, place)]
        return PathResult(INVALID, tuple(each.der for each in chain), tuple(faults), _warnings(chain))
    top = chain[-1]
    code = "x509.foreign_root" if top.self_issued and top.issued_by(top) else "x509.issuer_unknown"
    faults = [fault(code, top.subject_der, len(chain) - 1, issuer=top.issuer)]
    if stopped:
        faults.append(fault(stopped, top.subject_der, len(chain) - 1))
    faults += chain_faults(chain, at, purpose, (), rooted=False)
    return PathResult(UNTRUSTED, tuple(each.der for each in chain), tuple(faults), _warnings(chain))


def _warnings(chain: list[CertificateFacts]) -> tuple[Fault, ...]:
    """What is odd and changes nothing."""
    found = []
    for place, each in enumerate(chain):
        if each.serial <= 0 or each.serial.bit_length() > 160:
            found.append(fault("x509.odd_serial", each.subject_der, place))
        if each.key.kind == "rsa" and len(each.key.bits) < 256:
            found.append(fault("x509.short_key", each.subject_der, place))
    return tuple(found)


def _key(name_der: bytes) -> bytes:
    try:
        return names.compared(name_der)
    except ValueError:
        return name_der


@lru_cache(maxsize=64)
def _roots_by_subject(roots: tuple[bytes, ...]) -> dict[bytes, tuple[bytes, ...]]:
    return _by_subject(roots)


def _by_subject(certificates: Iterable[bytes]) -> dict[bytes, tuple[bytes, ...]]:
    """Certificates by the name of their subject, each once, in the order given."""
    sorted_out: dict[bytes, dict[bytes, Any]] = {}
    for der in certificates:
        subject, _ = outline(der)
        if subject:
            sorted_out.setdefault(_key(subject), {})[bytes(der)] = None
    return {name: tuple(found) for name, found in sorted_out.items()}
