"""Reading for the portal's pages."""

from django.utils.translation import gettext as _

from kapok.services.intake.public import Case
from kapok.services.items.public import compiled
from kapok.services.portal.rules import Wording, wording


def wording_for(case: Case) -> Wording:
    """The wording of a case's state, by its pinned item version."""
    item = compiled(case.version)
    words = wording(case.state, item.wording if item else None)
    if case.state == "correcting" and case.answered:
        return Wording(_("材料已提交"), _("补正材料已提交，等待窗口核对。"))
    return words
