"""The door of `kernel.documents`."""

from kapok.kernel.documents.access import document_for
from kapok.kernel.documents.errors import GlyphMissing, RenderFailed, TemplateMissing
from kapok.kernel.documents.events import DocumentIssued
from kapok.kernel.documents.issuing import CASTS, COLUMNS, DocumentRow, data_of, issue_document, issue_row
from kapok.kernel.documents.models import Document
from kapok.kernel.documents.ports import Reader, Sealer, SealPlace, readers, sealers
from kapok.kernel.documents.rendering import document, documents_about, render, reseal
from kapok.kernel.documents.templates import Template, template, templates

__all__ = [
    "CASTS",
    "COLUMNS",
    "Document",
    "DocumentIssued",
    "DocumentRow",
    "GlyphMissing",
    "Reader",
    "RenderFailed",
    "SealPlace",
    "Sealer",
    "Template",
    "TemplateMissing",
    "data_of",
    "document",
    "document_for",
    "documents_about",
    "issue_document",
    "issue_row",
    "readers",
    "render",
    "reseal",
    "sealers",
    "template",
    "templates",
]
