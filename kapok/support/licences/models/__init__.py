"""Tables, constraints; `actions` alone writes."""

from kapok.support.licences.models.licences import (
    BulkRequest,
    DirectoryEntry,
    Holder,
    Licence,
    Signing,
    StatusEntry,
    StatusRequest,
)
from kapok.support.licences.models.types import LicenceType, TypeVersion
from kapok.support.licences.models.using import (
    Consent,
    Copy,
    Objection,
    Showing,
    Statement,
    StatusList,
    Use,
    UseCode,
    UseRight,
    ViewToken,
)

__all__ = [
    "BulkRequest",
    "Consent",
    "Copy",
    "DirectoryEntry",
    "Holder",
    "Licence",
    "LicenceType",
    "Objection",
    "Showing",
    "Signing",
    "Statement",
    "StatusEntry",
    "StatusList",
    "StatusRequest",
    "TypeVersion",
    "Use",
    "UseCode",
    "UseRight",
    "ViewToken",
]
