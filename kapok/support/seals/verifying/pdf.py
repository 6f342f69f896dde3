"""The ten steps for every signature of a PDF. A page changed by an appended update makes it invalid, though the signature's value holds."""

import hashlib
from datetime import datetime

from kapok.kernel.crypto.public import CmsMessage, CmsSigner, CmsUnreadable, verify_cms
from kapok.support.seals.verifying import pdf_words
from kapok.support.seals.verifying.certificates import Evidence, Judge
from kapok.support.seals.verifying.cms import STRONG, names_its_certificate
from kapok.support.seals.verifying.data import STEPS, SignatureReport, Warned
from kapok.support.seals.verifying.findings import Finding, Steps, failed, not_asked, passed, undecided
from kapok.support.seals.verifying.pdf_reading import FoundSignature, PdfFacts, read_pdf
from kapok.support.seals.verifying.ses import ALGORITHMS, name_of
from kapok.support.seals.verifying.trust import Trust
from kapok.support.seals.verifying.verdicts import verdict_of

SEAL_STEPS = ("cert_list", "seal_signature", "maker_certificate")
WHOLE = ("file", "revision")


def verify_pdf(
    content: bytes, *, at: datetime, trust: Trust
) -> tuple[tuple[SignatureReport, ...], tuple[Warned, ...], int, dict[str, str]]:
    """A report for each signature in the order they were made; warnings; how many pages; the texts of the document's information."""
    facts = read_pdf(content)
    reports = tuple(_report(facts, place, at, trust) for place in range(len(facts.signatures)))
    return reports, (), facts.pages, facts.info


def _report(facts: PdfFacts, place: int, at: datetime, trust: Trust) -> SignatureReport:
    found, steps = facts.signatures[place], Steps(at)
    if found.message is None:
        steps.take("signature", lambda: failed("unreadable", why=found.fault))
        return _closed(found, steps)
    later = [each for each in facts.signatures[place + 1 :] if not each.is_stamp]
    steps.take("references", lambda: _judge_coverage(found, later))
    odd = {"pdf.padding": found.padded, "pdf.trailing": found.trailing}
    steps.warnings += [pdf_words.warning(code) for code, is_so in odd.items() if is_so]
    if found.is_stamp:
        return _stamp(facts, found, steps, trust)
    try:
        message = verify_cms(found.message, content=facts.covered(found))
    except CmsUnreadable as error:
        why = error.data["why"]
        steps.take("signature", lambda: failed("unreadable", why=why))
        return _closed(found, steps)
    return _signed(facts, place, message, steps, trust)


def _signed(facts: PdfFacts, place: int, message: CmsMessage, steps: Steps, trust: Trust) -> SignatureReport:
    found = facts.signatures[place]
    if not message.signers:
        steps.take("signature", lambda: failed("unreadable", why="no signer"))
        return _closed(found, steps)
    if len(message.signers) > 1:
        steps.warnings.append(pdf_words.warning("pdf.signers"))
    signer = message.signers[0]
    judge = Judge(_evidence(facts, place, message, signer), trust, steps.at)
    steps.take("data_hash", lambda: _judge_digest(message, signer, facts.covered(found)))
    steps.take("signature", lambda: _judge_signature(signer))
    for key in SEAL_STEPS:
        steps.take(key, lambda: not_asked("no_seal"))
    steps.take("timestamp", judge.judge_timestamp)
    return _closed(found, steps, judge, form=_form(facts, found, signer))


def _stamp(facts: PdfFacts, found: FoundSignature, steps: Steps, trust: Trust) -> SignatureReport:
    """A document time stamp: it proves a time for everything before it, and signs nothing itself."""
    evidence = Evidence(
        signer=b"", claimed_at=None, stamped=facts.covered(found), token=found.message, carried=facts.certificates, crls=facts.crls,
        ocsps=facts.ocsps, purpose="timestamp",
    )  # fmt: skip
    judge = Judge(evidence, trust, steps.at)
    stamp = judge.stamp
    sound = stamp is not None and stamp.sound
    certificate = stamp.certificate if stamp is not None and stamp.certificate else b""
    taken = {
        "data_hash": passed("pdf_ok", digest=stamp.digest_name.upper()) if stamp is not None and sound else failed("pdf_changed"),
        "signature": passed("pdf_stamp", signer=name_of(certificate)) if sound else failed("wrong"),
        **{key: not_asked("no_seal") for key in SEAL_STEPS},
        **_stamp_is_trusted(judge),
        "timestamp": judge.judge_timestamp(),
    }
    for key, finding in taken.items():
        steps.take(key, lambda finding=finding: finding)  # type: ignore[misc]  # bound at once
    return _closed(found, steps, certificate=certificate, proven_at=judge.proven_at, form="RFC 3161")


def _stamp_is_trusted(judge: Judge) -> dict[str, Finding]:
    """Steps 7 to 9 of a time stamp: whoever proves a time must himself be known."""
    path = None if judge.stamp is None else judge.stamp.path
    root = name_of(path.chain[-1]) if path is not None and path.chain else "—"
    if judge.proven_at is None:
        return {"chains": undecided("untrusted", root=root), "validity": undecided("no_time"), "revocation": undecided("untrusted")}
    return {
        "chains": passed("ok", root=root),
        "validity": passed("ok", signed_at=judge.proven_at),
        "revocation": passed("good", source="CRL"),
    }


def _closed(
    found: FoundSignature,
    steps: Steps,
    judge: Judge | None = None,
    *,
    form: str = "PDF",
    certificate: bytes = b"",
    proven_at: datetime | None = None,
) -> SignatureReport:
    """Steps 7 to 9 where there is a signer to ask about, and the verdict."""
    if judge is not None:
        steps.take("chains", judge.judge_chains)
        steps.take("validity", judge.judge_validity)
        steps.take("revocation", judge.judge_revocation)
        certificate, proven_at = judge.evidence.signer, judge.proven_at
    taken = steps.in_order(STEPS)
    return SignatureReport(
        id=found.name, kind="pdf", verdict=verdict_of(taken), steps=taken, signer=name_of(certificate) if certificate else "",
        claimed_at=found.said_at, proven_at=proven_at, pages=(found.page,) if found.page else (), certificate=certificate,
        covers_all=found.covers == "file", warnings=tuple(steps.warnings), form=form,
    )  # fmt: skip


def _judge_coverage(found: FoundSignature, later: list[FoundSignature]) -> Finding:
    """Step 1: the signature covers its whole revision, and what was appended is signatures and evidence only."""
    if found.covers not in WHOLE:
        return failed("pdf_gap")
    if found.changed:
        return failed("incremental", change=found.changed)
    if later:
        return passed("extended", later=[each.name for each in later])
    return passed("pdf_whole" if found.covers == "file" else "pdf_kept")


def _judge_digest(message: CmsMessage, signer: CmsSigner, covered: bytes) -> Finding:
    """Step 2: the digest that was signed is that of the covered bytes. A message with a content of its own says nothing of the file."""
    digest = signer.digest_algorithm.upper()
    if message.content is not None:
        old = message.content == hashlib.sha1(covered, usedforsecurity=False).digest()  # adbe.pkcs7.sha1
        return undecided("weak", digest="SHA1") if old and signer.intact else failed("pdf_changed", why="content inside")
    if not signer.intact:
        return failed("pdf_changed", why=signer.fault)
    if signer.digest_algorithm not in STRONG:
        return undecided("weak", digest=digest)
    return passed("pdf_ok", digest=digest)


def _judge_signature(signer: CmsSigner) -> Finding:
    """Step 3: the certificate's key made it, and it is the certificate the signer named."""
    if not signer.certificate:
        return failed("unreadable", why=signer.fault)
    if not signer.valid:
        return failed("wrong", why=signer.fault)
    if not names_its_certificate(signer):
        return failed("other_certificate")
    return passed(
        "ok", algorithm=ALGORITHMS.get(signer.signature_algorithm, signer.signature_algorithm), signer=name_of(signer.certificate)
    )


def _evidence(facts: PdfFacts, place: int, message: CmsMessage, signer: CmsSigner) -> Evidence:
    """A time stamp over the signature proves its time; else the first document time stamp after it does."""
    found = facts.signatures[place]
    stamp = next(
        (each for each in facts.signatures[place + 1 :] if each.is_stamp and each.message is not None and each.covers in WHOLE), None
    )
    token, stamped = signer.timestamp, signer.signature
    if token is None and stamp is not None:
        token, stamped = stamp.message, facts.covered(stamp)
    return Evidence(
        signer=signer.certificate, claimed_at=signer.signed_at or found.said_at, stamped=stamped, token=token,
        carried=(*message.certificates, *facts.certificates), crls=(*message.crls, *facts.crls), ocsps=facts.ocsps, purpose="sign",
    )  # fmt: skip


def _form(facts: PdfFacts, found: FoundSignature, signer: CmsSigner) -> str:
    """The level of PAdES the signature has reached, or that it is an older kind."""
    if "ETSI.CAdES" not in found.subfilter:
        return "PKCS #7"
    stamped = signer.timestamp is not None
    archived = any(each.is_stamp and each.order > found.order for each in facts.signatures)
    if stamped and (facts.crls or facts.ocsps):
        return "PAdES B-LTA" if archived else "PAdES B-LT"
    return "PAdES B-T" if stamped else "PAdES B-B"
