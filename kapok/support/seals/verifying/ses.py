"""Steps 2 to 5 for a seal's signature (GB/T 38540 and its neighbours): pure judgements over bytes."""

from kapok.kernel.crypto.public import (
    CertificateUnreadable,
    Seal,
    SealSignature,
    certificate_verifies,
    read_certificate,
    sm2_verify,
    sm3,
    sm3_with_z,
)
from kapok.kernel.ofd.public import SignatureEntry
from kapok.support.seals.verifying.data import SealShown, Warned
from kapok.support.seals.verifying.findings import Finding, failed, passed, undecided
from kapok.support.seals.verifying.references import METHODS
from kapok.support.seals.verifying.words import warning

ALGORITHMS = {
    "1.2.156.10197.1.501": "SM2-SM3",
    "1.2.156.10197.1.301": "SM2-SM3",
    "1.2.156.10197.1.301.1": "SM2-SM3",
    "1.2.840.10045.4.3.2": "ECDSA-SHA256",
    "1.2.840.10045.4.3.3": "ECDSA-SHA384",
    "1.2.840.10045.4.3.4": "ECDSA-SHA512",
    "1.2.840.113549.1.1.11": "RSA-SHA256",
    "1.2.840.113549.1.1.12": "RSA-SHA384",
    "1.2.840.113549.1.1.13": "RSA-SHA512",
}
RAW_BYTES = 64


def judge_data_hash(entry: SignatureEntry, signed: SealSignature) -> Finding:
    """Step 2: the hash in the signature is that of Signature.xml, plain or with the signer's Z in front."""
    xml = entry.signature_xml
    odd = _other_path(entry, signed)
    digests = [sm3(xml)]
    if not ALGORITHMS.get(signed.algorithm, "SM2").startswith("SM2"):
        digests += [method.digest(xml) for method in METHODS if not method.weak]
    if signed.data_hash in digests:
        return passed("ok", *odd)
    if signed.data_hash == _with_z(signed.cert, xml):
        return passed("ok_z", warning("ses.data_hash_z"), *odd)
    return failed("changed", *odd)


def _other_path(entry: SignatureEntry, signed: SealSignature) -> tuple[Warned, ...]:
    """The path noted inside the signature names the description it was made for; makers write it differently."""
    noted = signed.property_info.strip().lstrip("/").casefold()
    return () if noted == entry.path.casefold() else (warning("ses.property_info", path=signed.property_info[:80]),)


def judge_signature(signed: SealSignature) -> Finding:
    """Step 3: the signer's key made this signature over exactly these bytes."""
    name = ALGORITHMS.get(signed.algorithm)
    if name is None:
        return undecided("algorithm", algorithm=signed.algorithm)
    verified, raw = verifies(signed.cert, signed.to_sign, signed.signature, signed.algorithm)
    if not verified:
        return failed("wrong")
    odd = (warning("ses.raw_signature"),) if raw else ()
    return passed("ok", *odd, algorithm=name, signer=name_of(signed.cert))


def judge_cert_list(signed: SealSignature) -> Finding:
    """Step 4: the seal names this certificate among those that may use it, whole or by digest."""
    seal, cert = signed.seal, signed.cert
    if cert in seal.certs:
        return passed("ok")
    listed = {digest.value for digest in seal.digests}
    if listed & {method.digest(cert) for method in METHODS if not method.weak}:
        return passed("ok_digest")
    with_z = _with_z(cert, cert)
    if with_z is not None and with_z in listed:
        return passed("ok_digest_z", warning("ses.cert_digest_z"))
    return failed("absent")


def judge_seal(entry: SignatureEntry, seal: Seal) -> Finding:
    """Step 5: the maker's key made the seal, and the seal kept beside the signature is the same one."""
    if seal.algorithm not in ALGORITHMS:
        return undecided("algorithm", algorithm=seal.algorithm)
    over, raw = _signed_over(seal)
    if over is None:
        return failed("wrong")
    if entry.seal is not None and entry.seal != seal.der:
        return failed("differs")
    odd: tuple[Warned, ...] = (warning("ses.raw_signature"),) if raw else ()
    if over != seal.signed_over[0][0]:
        odd += (warning("ses.seal_over_info" if over == "info" else "ses.seal_over_whole"),)
    if entry.seal is None:
        odd += (warning("ofd.seal_missing"),)
    if seal.version > 1 and seal.header_version not in (4, 5):
        odd += (warning("ses.version", version=seal.header_version),)
    return passed("ok", *odd, over=over)


def _signed_over(seal: Seal) -> tuple[str | None, bool]:
    """Which of the known inputs the maker signed, and whether the value is raw r‖s."""
    for name, data in seal.signed_over:
        verified, raw = verifies(seal.maker_cert, data, seal.signature, seal.algorithm)
        if verified:
            return name, raw
    return None, False


def verifies(cert: bytes, data: bytes, signature: bytes, algorithm: str) -> tuple[bool, bool]:
    """Whether the signature holds, and whether it is written as 64 bytes r‖s instead of DER."""
    if len(signature) == RAW_BYTES and ALGORITHMS[algorithm] == "SM2-SM3":
        key = _sm2_key(cert)
        return (key is not None and sm2_verify(key, data, signature)), True
    return certificate_verifies(cert, data, signature, algorithm), False


def name_of(cert: bytes) -> str:
    """Whom a certificate names, or nothing when it cannot be read."""
    try:
        return read_certificate(cert).common_name
    except CertificateUnreadable:
        return ""


def shown(seal: Seal) -> SealShown:
    """What the seal says of itself, for the page."""
    return SealShown(
        es_id=seal.es_id, name=seal.name, version=seal.version, kind=seal.kind, maker=name_of(seal.maker_cert),
        valid_from=seal.valid_from, valid_to=seal.valid_to, made_at=seal.created, picture_type=seal.picture.kind.lower(),
        picture=seal.picture.data, width=float(seal.picture.width), height=float(seal.picture.height),
    )  # fmt: skip


def _sm2_key(cert: bytes) -> bytes | None:
    try:
        facts = read_certificate(cert)
    except CertificateUnreadable:
        return None
    return facts.public_key if facts.algorithm == "sm2" else None


def _with_z(cert: bytes, data: bytes) -> bytes | None:
    key = _sm2_key(cert)
    return None if key is None else sm3_with_z(key, data)
