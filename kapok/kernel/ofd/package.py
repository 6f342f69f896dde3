"""An OFD file from outside: opened safely, described, and kept in memory only.

`read_ofd` believes nothing: sizes are measured, paths may not leave the package, XML has no entities and no network, what refers
to itself is refused. Vendors' departures from GB/T 33190 are read where their meaning is plain, and named in `warnings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kapok.kernel.ofd.limits import LIMITS, Limits
from kapok.kernel.ofd.reading.annotations import read_attachments, read_custom_tags, read_extensions
from kapok.kernel.ofd.reading.departures import Departure, Departures
from kapok.kernel.ofd.reading.document import page_area, read_documents
from kapok.kernel.ofd.reading.entries import AttachedFile, CustomTag, DocumentEntry, Info, PageEntry, SignatureEntry
from kapok.kernel.ofd.reading.markup import forbid_declarations, looks_like_xml
from kapok.kernel.ofd.reading.signatures import read_signatures
from kapok.kernel.ofd.reading.source import Source
from kapok.kernel.ofd.reading.zipped import unzip
from kapok.kernel.ofd.refusals import OfdRefused


@dataclass(frozen=True, eq=False)
class Package:
    """A file as its parts and lists say it is; pages are parsed when they are drawn.

    Of several documents in one file the pages are numbered through, and `info` and `custom_data` are the first one's.
    """

    files: Mapping[str, bytes] = field(repr=False)
    documents: tuple[DocumentEntry, ...] = field(repr=False)
    pages: tuple[PageEntry, ...] = field(repr=False)
    attachments: tuple[AttachedFile, ...]
    custom_tags: tuple[CustomTag, ...]
    extensions: tuple[str, ...]
    signatures: tuple[SignatureEntry, ...] = field(repr=False)
    source: Source = field(repr=False)

    @property
    def info(self) -> Info:
        return self.documents[0].info

    @property
    def custom_data(self) -> dict[str, str]:
        return self.documents[0].custom_data

    @property
    def warnings(self) -> tuple[Departure, ...]:
        """What was read although it differs from the standard; grows when pages are drawn or checked."""
        return self.source.warnings.all()

    def page(self, number: int) -> PageEntry:
        """The page by its number from 1, with the size its own Area gives it."""
        if not 1 <= number <= len(self.pages):
            raise OfdRefused("ofd.no_page", page=number)
        entry = self.pages[number - 1]
        box = page_area(self.source.tree(entry.path), "Area")
        return PageEntry(entry.number, entry.id, entry.path, box, entry.document) if box else entry

    def content_of(self, attachment: AttachedFile) -> bytes | None:
        """The bytes of an attachment, or None when the package lacks it."""
        return self.files[attachment.path] if attachment.path else None


def read_ofd(content: bytes, limits: Limits = LIMITS) -> Package:
    """Open a file; `OfdRefused` with a code when it is hostile, damaged beyond reading, or no OFD."""
    warnings = Departures()
    source = Source(unzip(content, limits, warnings), limits, warnings)
    documents = read_documents(source)
    attachments = tuple(found for document in documents for found in read_attachments(source, document.path))
    carried = {attachment.path for attachment in attachments}
    for path, part in source.parts.items():
        if path not in carried and looks_like_xml(path, part):
            forbid_declarations(part, path)
    return Package(
        files=source.parts,
        documents=documents,
        pages=tuple(page for document in documents for page in document.pages),
        attachments=attachments,
        custom_tags=tuple(found for document in documents for found in read_custom_tags(source, document.path)),
        extensions=tuple(found for document in documents for found in read_extensions(source, document.path)),
        signatures=tuple(found for document in documents for found in read_signatures(source, document)),
        source=source,
    )
