"""The ten steps for every seal and signature of an OFD file."""

from datetime import UTC, datetime
from functools import partial

from django.utils.translation import gettext as _

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import CmsUnreadable, SealSignature, SesUnreadable, is_signature, read_signature
from kapok.kernel.ofd.public import OfdRefused, Package, SignatureEntry
from kapok.support.seals.verifying.certificates import Evidence, Judge
from kapok.support.seals.verifying.cms import Message, judge_message_content, judge_message_signature, read_message
from kapok.support.seals.verifying.data import STEPS, SealShown, SignatureReport, Warned
from kapok.support.seals.verifying.findings import Finding, Steps, failed, not_asked
from kapok.support.seals.verifying.references import Covered, judge_references
from kapok.support.seals.verifying.ses import (
    judge_cert_list,
    judge_data_hash,
    judge_seal,
    judge_signature,
    name_of,
    shown,
)
from kapok.support.seals.verifying.trust import Trust
from kapok.support.seals.verifying.verdicts import verdict_of
from kapok.support.seals.verifying.words import warning

SEAL_STEPS = ("cert_list", "seal_signature", "maker_certificate")
MOST_LOST = 20
MOST_SIGNATURES, MOST_SIGNED = 100, 64 << 20
"""Signatures of a file, and the bytes of all their values: each is hashed several times."""


def verify_package(package: Package, *, at: datetime, trust: Trust) -> tuple[tuple[SignatureReport, ...], tuple[Warned, ...]]:
    """A report for each signature of the file, in the order of its list, and what is odd about the file as a whole."""
    if len(package.signatures) > MOST_SIGNATURES or sum(len(each.signed_value or b"") for each in package.signatures) > MOST_SIGNED:
        raise OfdRefused("ofd.too_complex", path=package.signatures[0].path)
    reports = [_report(package, number, at, trust) for number in range(len(package.signatures))]
    lost, warnings = _lost(package, at)
    return (*reports, *lost), warnings


def _report(package: Package, number: int, at: datetime, trust: Trust) -> SignatureReport:
    entry = package.signatures[number]
    steps = Steps(at)
    covered = _take_references(steps, package, entry, package.signatures[number + 1 :])
    if entry.signed_value is None:
        return _unsigned(entry, steps, failed("missing"))
    if is_signature(entry.signed_value):
        return _sealed(entry, entry.signed_value, steps, covered, trust)
    return _signed(entry, steps, covered, trust)


def _take_references(steps: Steps, package: Package, entry: SignatureEntry, later: tuple[SignatureEntry, ...]) -> bool:
    """Step 1; whether the signature still covers the whole file."""
    found: list[Covered] = []

    def look() -> Finding:
        if package.source.tree(entry.path) is None:
            return failed("unreadable", why="XML")
        covered = judge_references(package, entry, later)
        found.append(covered)
        return Finding(covered.outcome, covered.code, covered.data, covered.warnings)

    steps.take("references", look)
    return not (found and found[0].extended)


def _sealed(entry: SignatureEntry, value: bytes, steps: Steps, covers_all: bool, trust: Trust) -> SignatureReport:
    try:
        signed = read_signature(value)
    except SesUnreadable as error:
        return _unsigned(entry, steps, failed("unreadable", why=error.data.get("why", "")))
    judge = Judge(_evidence(entry, signed), trust, steps.at)
    steps.take("timestamp", judge.judge_timestamp)
    steps.take("data_hash", lambda: judge_data_hash(entry, signed))
    steps.take("signature", lambda: judge_signature(signed))
    steps.take("cert_list", lambda: judge_cert_list(signed))
    steps.take("seal_signature", lambda: judge_seal(entry, signed.seal))
    steps.take("maker_certificate", judge.judge_maker)
    steps.warnings += [warning(code) for code in signed.warnings]
    if critical := [each.oid for each in (*signed.seal.extensions, *signed.extensions) if each.critical]:
        steps.warnings.append(warning("ses.critical", oids=critical))  # none is known here, as none is known to be in use
    return _judged(entry, steps, judge, covers_all, form=f"SES v{signed.version}", seal=shown(signed.seal))


def _evidence(entry: SignatureEntry, signed: SealSignature) -> Evidence:
    seal = signed.seal
    # GB/T 38540 stamps the signature's value; some stamp what is signed, and v1's token lies among it: both may be older than it.
    beside = (signed.data_hash, entry.signature_xml) if signed.token_inside else (signed.to_sign,)
    return Evidence(
        signer=signed.cert, claimed_at=signed.signed_at, stamped=signed.signature, beside=beside, token=signed.timestamp,
        maker=seal.maker_cert, made_at=seal.created, seal_from=seal.valid_from, seal_to=seal.valid_to,
    )  # fmt: skip


def _signed(entry: SignatureEntry, steps: Steps, covers_all: bool, trust: Trust) -> SignatureReport:
    try:
        found = read_message(entry)
    except CmsUnreadable as error:
        return _unsigned(entry, steps, failed("unreadable", why=error.data.get("why", "")))
    judge = Judge(_evidence_of_message(entry, found), trust, steps.at)
    steps.take("timestamp", judge.judge_timestamp)
    steps.take("data_hash", lambda: judge_message_content(found))
    steps.take("signature", lambda: judge_message_signature(found))
    for key in SEAL_STEPS:
        steps.take(key, lambda: not_asked("no_seal"))
    return _judged(entry, steps, judge, covers_all, form="GB/T 35275" if found.message.family == "gb" else "PKCS #7")


def _evidence_of_message(entry: SignatureEntry, found: Message) -> Evidence:
    signer = found.signer
    return Evidence(
        signer=signer.certificate, claimed_at=signer.signed_at or _written_time(entry.signed_at), stamped=signer.signature,
        token=signer.timestamp, carried=found.message.certificates, crls=found.message.crls, purpose="sign",
    )  # fmt: skip


def _judged(
    entry: SignatureEntry, steps: Steps, judge: Judge, covers_all: bool, *, form: str, seal: SealShown | None = None
) -> SignatureReport:
    """Steps 7 to 9, which are the same for both kinds, and the verdict."""
    steps.take("chains", judge.judge_chains)
    steps.take("validity", judge.judge_validity)
    steps.take("revocation", judge.judge_revocation)
    taken = steps.in_order(STEPS)
    evidence = judge.evidence
    return SignatureReport(
        id=entry.id, kind="seal" if seal else "sign", verdict=verdict_of(taken), steps=taken, signer=name_of(evidence.signer),
        claimed_at=judge.claimed_at, proven_at=judge.proven_at, seal=seal, pages=_pages(entry), certificate=evidence.signer,
        covers_all=covers_all, warnings=tuple(steps.warnings), form=form,
    )  # fmt: skip


def _unsigned(entry: SignatureEntry, steps: Steps, found: Finding) -> SignatureReport:
    """What can be said when the signature's own data cannot be read: nothing but that."""
    steps.take("signature", lambda: found)
    taken = steps.in_order(STEPS)
    kind = "sign" if entry.type == "Sign" else "seal"
    return SignatureReport(
        id=entry.id, kind=kind, verdict=verdict_of(taken), steps=taken, pages=_pages(entry), warnings=tuple(steps.warnings)
    )  # fmt: skip


def _pages(entry: SignatureEntry) -> tuple[int, ...]:
    return tuple(dict.fromkeys(stamp.page for stamp in entry.stamps if stamp.page is not None))


def _lost(package: Package, at: datetime) -> tuple[list[SignatureReport], tuple[Warned, ...]]:
    """A report for every signature that is named and not found: never passed over in silence."""
    reports, lost = [], _lost_paths(package)
    for number, path in enumerate(lost, 1):
        steps = Steps(at)
        steps.take("references", partial(failed, "unreadable", why=path))
        taken = steps.in_order(STEPS)
        reports.append(SignatureReport(id=_("缺失 {number}").format(number=number), kind="seal", verdict=verdict_of(taken), steps=taken))
    return reports, tuple(warning("ofd.signature_entry", path=path) for path in lost)


def _lost_paths(package: Package) -> list[str]:
    """Lists that cannot be read, entries that lead nowhere, and signatures that no list names although the file has no other."""
    found = {entry.path for entry in package.signatures}
    lost: list[str] = []
    for document in package.documents:
        path = document.signatures_path
        tree = package.source.tree(path)
        if path is not None and tree is None:
            lost.append(path)
        for place in tree if tree is not None else ():
            if isinstance(place.tag, str) and place.tag.rpartition("}")[2] == "Signature":
                location = place.get("BaseLoc") or ""
                if package.source.follow(location, path or "") not in found:
                    lost.append(location or path or "")
    if not found and not lost:
        lost = [path for path in package.files if path.rpartition("/")[2].casefold() in ("signedvalue.dat", "signatures.xml")]
    return lost[:MOST_LOST]


def _written_time(text: str) -> datetime | None:
    """SignatureDateTime as makers write it; without a zone it is the province's time."""
    digits = "".join(letter for letter in text if letter.isdigit())[:14]
    if len(digits) != 14:
        return None
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if text.strip().endswith("Z") else moment.replace(tzinfo=clock.PROVINCE).astimezone(UTC)
