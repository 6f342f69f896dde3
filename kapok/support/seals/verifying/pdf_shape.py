"""Two questions about a PDF's form that pyHanko leaves open: whether its trees end, and whether something was drawn that nobody signed."""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from kapok.support.seals.verifying.errors import NotVerifiable

MOST_NODES = 100_000
"""Places in the trees of pages and fields, over all revisions."""


def refuse_endless(reader: PdfFileReader) -> None:
    """Refuse a file in which a branch of pages or fields, in any revision, hangs in two places: walking it could take for ever."""
    left = MOST_NODES
    for revision in range(reader.xrefs.total_revisions):
        root = reader.get_historical_root(revision)
        for top in (raw(root, "/Pages"), raw(_value(root, "/AcroForm"), "/Fields")):
            left -= _walked(top, left)


def _walked(top: Any, most: int) -> int:
    """How many places there are below."""
    seen: set[int] = set()
    waiting, walked = [top], 0
    while waiting:
        node = waiting.pop()
        within = node.get_object() if isinstance(node, generic.IndirectObject) else node
        kids = _value(within, "/Kids") if isinstance(within, generic.DictionaryObject) else within
        if not isinstance(kids, generic.ArrayObject):
            continue
        if isinstance(node, generic.IndirectObject):
            if node.idnum in seen:
                raise NotVerifiable("seals.verify_pdf", why="endless tree")
            seen.add(node.idnum)
        walked += len(kids)
        if walked > most:
            raise NotVerifiable("seals.verify_pdf", why="too many pages or fields")
        waiting += [kids.raw_get(place) for place in range(len(kids))]
    return walked


def drawn_unsigned(embedded: EmbeddedPdfSignature) -> str:
    """The name of a field added after the signature that shows on a page and that nobody signed; a time stamp names nobody."""
    before = {name for name, _, _ in enumerate_sig_fields(embedded.reader.get_historical_resolver(embedded.signed_revision))}
    for name, _, reference in enumerate_sig_fields(embedded.reader):
        field = reference.get_object()
        value = _value(field, "/V")
        signed = isinstance(value, generic.DictionaryObject) and _value(value, "/Type") != "/DocTimeStamp"
        if name not in before and not signed and is_drawn(field):
            return str(name)[:100] or "field"
    return ""


def is_drawn(field: generic.DictionaryObject) -> bool:
    """Whether the field, or one of the places that belong to it, has room on a page."""
    return any(_has_room(each) for each in (field, *(_value(field, "/Kids") or ())))


def _has_room(widget: Any) -> bool:
    box = [float(number) for number in _value(widget, "/Rect") or ()]
    return len(box) == 4 and box[0] != box[2] and box[1] != box[3]


def _value(dictionary: Any, key: str) -> Any:
    return dictionary[key] if isinstance(dictionary, generic.DictionaryObject) and key in dictionary else None


def raw(dictionary: Any, key: str) -> Any:
    return dictionary.raw_get(key) if isinstance(dictionary, generic.DictionaryObject) and key in dictionary else None
