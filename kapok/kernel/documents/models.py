"""Issued documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.ids import uuid7


class Document(models.Model):
    """A numbered paper an agency issued: a receipt, a notice, a decision (文书).

    Not the file: number and data are the document, fixed in the deciding transaction; the PDF is a rendition of them, made on first
    download and kept. Never deleted, never changed in content; a mistake is corrected by a further document.
    """

    personal = ("sealed",)

    UNSEALED, ISSUED = "unsealed", "issued"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about_kind = models.CharField(max_length=40)
    about = models.UUIDField()
    subject = models.UUIDField()
    template = models.CharField(max_length=80)
    template_version = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=80)
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=[(UNSEALED, _("待用印")), (ISSUED, _("已出具"))])
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField(null=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "documents_document"
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="documents_number_once")]
        indexes = [models.Index(fields=["about", "issued_at"], name="documents_about")]
