"""The door of `kernel.imports`."""

from kapok.kernel.imports.actions import UPLOAD_LIMIT, approve_batch, stop_batch, upload_batch
from kapok.kernel.imports.errors import ImportRefused, NotNow
from kapok.kernel.imports.kinds import Column, ImportKind, Row, RowFault, Run, Taken, import_kinds
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.queries import fault_counts, faulty_rows, group_counts, progress_of
from kapok.kernel.imports.running import follow, work_off

__all__ = [
    "UPLOAD_LIMIT",
    "Batch",
    "Column",
    "ImportKind",
    "ImportRefused",
    "NotNow",
    "Row",
    "RowFault",
    "Run",
    "Taken",
    "approve_batch",
    "fault_counts",
    "faulty_rows",
    "follow",
    "group_counts",
    "import_kinds",
    "progress_of",
    "stop_batch",
    "upload_batch",
    "work_off",
]
