"""The door of `kernel.crypto`."""

from kapok.kernel.crypto import asn1
from kapok.kernel.crypto.ciphers import hmac_sm3, sm3
from kapok.kernel.crypto.cms.data import CmsMessage, CmsSigner
from kapok.kernel.crypto.cms.enveloping import envelop, open_envelope
from kapok.kernel.crypto.cms.reading import verify_cms
from kapok.kernel.crypto.cms.signing import SIGNING_CERTIFICATE, sign_cms, sign_digest_cms, signing_certificate
from kapok.kernel.crypto.custody.authorising import authorise
from kapok.kernel.crypto.custody.data import Authorisation, KeyFacts, Signer
from kapok.kernel.crypto.custody.signing import AuthorisedSigner, KeySigner, authorised, create_key, custody_health, destroy_key, signer
from kapok.kernel.crypto.errors import (
    AuthorisationRefused,
    CertificateUnknown,
    CipherBroken,
    CmsUnreadable,
    CustodyAway,
    CustodyRefused,
    KeyUnknown,
    MasterKeyMissing,
    MasterKeyUnsafe,
    PkiMissing,
    SealBroken,
    SesUnreadable,
    SignatureUnsafe,
    Sm2Missing,
    SubjectForgotten,
)
from kapok.kernel.crypto.keys import NODE, KeyRow, ensure_key, ensure_keys, forget, load_keys, new_key, take_key
from kapok.kernel.crypto.master import create_master_key
from kapok.kernel.crypto.pki.held import OwnAuthority, OwnService
from kapok.kernel.crypto.pki.issuing import (
    issue_for,
    known_issuers,
    node_signer,
    own_signer,
    revoke_certificate,
    seal_maker,
    timestamper,
    trust_roots,
)
from kapok.kernel.crypto.pki.making import distrust, ensure_pki, rotate, trust
from kapok.kernel.crypto.pki.overview import Expiring, PkiOverview, expiring_certificates, pki_overview
from kapok.kernel.crypto.pki.publishing import ca_file, crl_file, crls_for, current_crl, ocsp_answer, publish_crls, timestamp_answer
from kapok.kernel.crypto.queries import INSERT_KEY, KEY_OF
from kapok.kernel.crypto.sealing import blind_index, seal, seal_json, signature, unseal, unseal_json
from kapok.kernel.crypto.ses.data import CertificateDigest, Seal, SealExtension, SealPicture, SealSignature, SealSpec
from kapok.kernel.crypto.ses.hashing import sm3_with_z
from kapok.kernel.crypto.ses.making import make_seal, make_signature
from kapok.kernel.crypto.ses.reading import is_signature, read_seal, read_signature
from kapok.kernel.crypto.sm2.base import Sm2Key
from kapok.kernel.crypto.sm2.curve import SM2_ID
from kapok.kernel.crypto.sm2.signing import sm2_decrypt, sm2_encrypt, sm2_generate, sm2_provider, sm2_sign, sm2_verify
from kapok.kernel.crypto.sm4 import sm4_decrypt, sm4_encrypt
from kapok.kernel.crypto.x509.crl import CrlFacts, ListUnreadable, make_crl, read_crl
from kapok.kernel.crypto.x509.facts import CertificateFacts, CertificateUnreadable, certificate_verifies, read_certificate
from kapok.kernel.crypto.x509.issuing import WantedCertificate, issue_certificate
from kapok.kernel.crypto.x509.judging import Fault
from kapok.kernel.crypto.x509.ocsp import OcspFacts, OcspUnreadable, make_ocsp, make_ocsp_request, read_ocsp
from kapok.kernel.crypto.x509.path import PathResult, validate_path
from kapok.kernel.crypto.x509.revocation import Revocation, revocation_at
from kapok.kernel.crypto.x509.revoking import RevocationEntry
from kapok.kernel.crypto.x509.timestamps import TimeStamp, answer_timestamp, read_timestamp, timestamp, timestamp_digest

__all__ = [
    "INSERT_KEY",
    "KEY_OF",
    "NODE",
    "SIGNING_CERTIFICATE",
    "SM2_ID",
    "Authorisation",
    "AuthorisationRefused",
    "AuthorisedSigner",
    "CertificateDigest",
    "CertificateFacts",
    "CertificateUnknown",
    "CertificateUnreadable",
    "CipherBroken",
    "CmsMessage",
    "CmsSigner",
    "CmsUnreadable",
    "CrlFacts",
    "CustodyAway",
    "CustodyRefused",
    "Expiring",
    "Fault",
    "KeyFacts",
    "KeyRow",
    "KeySigner",
    "KeyUnknown",
    "ListUnreadable",
    "MasterKeyMissing",
    "MasterKeyUnsafe",
    "OcspFacts",
    "OcspUnreadable",
    "OwnAuthority",
    "OwnService",
    "PathResult",
    "PkiMissing",
    "PkiOverview",
    "Revocation",
    "RevocationEntry",
    "Seal",
    "SealBroken",
    "SealExtension",
    "SealPicture",
    "SealSignature",
    "SealSpec",
    "SesUnreadable",
    "SignatureUnsafe",
    "Signer",
    "Sm2Key",
    "Sm2Missing",
    "SubjectForgotten",
    "TimeStamp",
    "WantedCertificate",
    "answer_timestamp",
    "asn1",
    "authorise",
    "authorised",
    "blind_index",
    "ca_file",
    "certificate_verifies",
    "create_key",
    "create_master_key",
    "crl_file",
    "crls_for",
    "current_crl",
    "custody_health",
    "destroy_key",
    "distrust",
    "ensure_key",
    "ensure_keys",
    "ensure_pki",
    "envelop",
    "expiring_certificates",
    "forget",
    "hmac_sm3",
    "is_signature",
    "issue_certificate",
    "issue_for",
    "known_issuers",
    "load_keys",
    "make_crl",
    "make_ocsp",
    "make_ocsp_request",
    "make_seal",
    "make_signature",
    "new_key",
    "node_signer",
    "ocsp_answer",
    "open_envelope",
    "own_signer",
    "pki_overview",
    "publish_crls",
    "read_certificate",
    "read_crl",
    "read_ocsp",
    "read_seal",
    "read_signature",
    "read_timestamp",
    "revocation_at",
    "revoke_certificate",
    "rotate",
    "seal",
    "seal_json",
    "seal_maker",
    "sign_cms",
    "sign_digest_cms",
    "signature",
    "signer",
    "signing_certificate",
    "sm2_decrypt",
    "sm2_encrypt",
    "sm2_generate",
    "sm2_provider",
    "sm2_sign",
    "sm2_verify",
    "sm3",
    "sm3_with_z",
    "sm4_decrypt",
    "sm4_encrypt",
    "take_key",
    "timestamp",
    "timestamp_answer",
    "timestamp_digest",
    "timestamper",
    "trust",
    "trust_roots",
    "unseal",
    "unseal_json",
    "validate_path",
    "verify_cms",
]
