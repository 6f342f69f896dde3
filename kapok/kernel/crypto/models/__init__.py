"""The tables of `kernel.crypto`, one file for each of its matters."""

from kapok.kernel.crypto.models.custody import SpentAuthorisation
from kapok.kernel.crypto.models.keys import SubjectKey
from kapok.kernel.crypto.models.pki import Authority, IssuedCertificate, RevocationList, RevokedCertificate, TrustRoot

__all__ = [
    "Authority",
    "IssuedCertificate",
    "RevocationList",
    "RevokedCertificate",
    "SpentAuthorisation",
    "SubjectKey",
    "TrustRoot",
]
