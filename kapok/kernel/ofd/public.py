"""The door of `kernel.ofd`."""

from kapok.kernel.ofd.checks import Finding, check_ofd, is_sound
from kapok.kernel.ofd.errors import DoesNotFit, FontsMissing, GlyphMissing, NotWritable, PdfFailed, TemplateFaulty
from kapok.kernel.ofd.fonts import face_of, missing_glyphs
from kapok.kernel.ofd.layout.checking import check_layout, check_template
from kapok.kernel.ofd.layout.composing import compose
from kapok.kernel.ofd.layout.grammar import Fault
from kapok.kernel.ofd.layout.pictures import Vector
from kapok.kernel.ofd.layout.preview import svg_of
from kapok.kernel.ofd.limits import LIMITS, Limits
from kapok.kernel.ofd.package import Package, read_ofd
from kapok.kernel.ofd.pages import (
    POINT,
    Anchor,
    Attachment,
    DocInfo,
    Drawing,
    Item,
    OfdDocument,
    Page,
    Path,
    Picture,
    Tag,
    TemplatePage,
    TextLine,
    document_of,
)
from kapok.kernel.ofd.pdf import write_pdf
from kapok.kernel.ofd.reading.departures import Departure
from kapok.kernel.ofd.reading.entries import AttachedFile, CustomTag, Info, PageEntry, Reference, SignatureEntry, Stamp
from kapok.kernel.ofd.reading.shapes import Box
from kapok.kernel.ofd.refusals import OfdRefused
from kapok.kernel.ofd.signing import StampAt, add_signature
from kapok.kernel.ofd.svg import DrawnPage, NotDrawn, draw_page, page_svg
from kapok.kernel.ofd.viewer import ReadingView, ShownPage, page_answer, reading_view
from kapok.kernel.ofd.words import Hit, TextRun, runs_on, search, text_of
from kapok.kernel.ofd.writer import ofd_files, write_ofd

__all__ = [
    "LIMITS",
    "POINT",
    "Anchor",
    "AttachedFile",
    "Attachment",
    "Box",
    "CustomTag",
    "Departure",
    "DocInfo",
    "DoesNotFit",
    "Drawing",
    "DrawnPage",
    "Fault",
    "Finding",
    "FontsMissing",
    "GlyphMissing",
    "Hit",
    "Info",
    "Item",
    "Limits",
    "NotDrawn",
    "NotWritable",
    "OfdDocument",
    "OfdRefused",
    "Package",
    "Page",
    "PageEntry",
    "Path",
    "PdfFailed",
    "Picture",
    "ReadingView",
    "Reference",
    "ShownPage",
    "SignatureEntry",
    "Stamp",
    "StampAt",
    "Tag",
    "TemplateFaulty",
    "TemplatePage",
    "TextLine",
    "TextRun",
    "Vector",
    "add_signature",
    "check_layout",
    "check_ofd",
    "check_template",
    "compose",
    "document_of",
    "draw_page",
    "face_of",
    "is_sound",
    "missing_glyphs",
    "ofd_files",
    "page_answer",
    "page_svg",
    "read_ofd",
    "reading_view",
    "runs_on",
    "search",
    "svg_of",
    "text_of",
    "write_ofd",
    "write_pdf",
]
