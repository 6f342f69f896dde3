"""The door of `kernel.reads`."""

from kapok.kernel.reads.data import Reading
from kapok.kernel.reads.errors import PurposeMissing
from kapok.kernel.reads.models import ReadNote
from kapok.kernel.reads.notes import as_reading, note_read, note_reads, notes_of, who_read

__all__ = ["PurposeMissing", "ReadNote", "Reading", "as_reading", "note_read", "note_reads", "notes_of", "who_read"]
