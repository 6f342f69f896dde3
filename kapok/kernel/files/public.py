"""The door of `kernel.files`."""

from kapok.kernel.files.checks.scanning import Scanner, scanners
from kapok.kernel.files.checks.tables import is_formula
from kapok.kernel.files.errors import FileGone, LinkExpired, LinkForged
from kapok.kernel.files.inspection import inspect, media_type_of, readable
from kapok.kernel.files.links import open_link, sign_link
from kapok.kernel.files.models import StoredFile
from kapok.kernel.files.names import clean_name
from kapok.kernel.files.stores import Store, stores
from kapok.kernel.files.storing import discard, file_response, open_file, store, stored
from kapok.kernel.files.sweeping import sweep

__all__ = [
    "FileGone",
    "LinkExpired",
    "LinkForged",
    "Scanner",
    "Store",
    "StoredFile",
    "clean_name",
    "discard",
    "file_response",
    "inspect",
    "is_formula",
    "media_type_of",
    "open_file",
    "open_link",
    "readable",
    "scanners",
    "sign_link",
    "store",
    "stored",
    "stores",
    "sweep",
]
