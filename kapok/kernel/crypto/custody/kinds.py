"""All custodies there are here, each known by the name KAPOK_CUSTODY gives it."""

from django.conf import settings

from kapok.kernel.crypto.custody.base import Custody, custodies
from kapok.kernel.crypto.custody.custodian import custodian
from kapok.kernel.crypto.custody.file import file_custody
from kapok.kernel.crypto.custody.pkcs11 import token_custody
from kapok.kernel.crypto.custody.remote import remote_custody

custodies.put("file", file_custody)
custodies.put("custodian", custodian)
custodies.put("pkcs11", token_custody)
custodies.put("remote", remote_custody)


def custody_named(name: str | None = None) -> Custody:
    """The custody of that name, or the one the node is set to."""
    return custodies.get(name or str(getattr(settings, "KAPOK_CUSTODY", "") or "file"))()
