"""What the licence store signs in its own name (SM2): printed codes, status lists, statements."""

from asn1crypto.algos import DSASignature

from kapok.kernel.crypto.public import Signer, node_signer
from kapok.support.licences.data import LicenceFacts
from kapok.support.licences.rules.using_offline import QrFacts, qr_text, qr_to_sign


def store_signer() -> Signer:
    """The store's key and certificate: the node's own, below the SM2 root."""
    return node_signer()


def qr_payload(facts: LicenceFacts) -> str:
    """The text of a licence's printed code: identifier and the least beside it, signed."""
    signer = store_signer()
    said = QrFacts(facts.identifier, facts.name, facts.holder_name, facts.issued_at, facts.valid_to)
    body = qr_to_sign(said, signer.certificate)
    return qr_text(body, raw_signature(signer.sign(body)))


def raw_signature(der: bytes) -> bytes:
    """r and s, 32 bytes each, of a DER signature."""
    parts = DSASignature.load(der, strict=True)
    return b"".join(int(parts[name].native).to_bytes(32, "big") for name in ("r", "s"))
