"""The annex's own card: its board in the operations menu, and who may see and exempt."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex import jobs  # noqa: F401 - registers the job
from kapok.kernel.annex.public import OPS, Entry, SystemCard

card = SystemCard(
    cards=(),
    title=_("系统建设模式及分工"),
    menu=(
        Entry(_("分工看板"), "annex:board", OPS, deed="annex.read", icon="table", order=20, group=_("系统建设分工")),
        Entry(_("豁免"), "annex:exemptions", OPS, deed="annex.read", icon="shield-check", order=21, group=_("系统建设分工")),
    ),
    deeds={
        "annex.read": ("operator", "admin", "leader", "auditor"),
        "annex.evidence": ("admin", "leader", "auditor"),
        "annex.exempt": ("admin",),
        "annex.rehearse": ("operator",),
    },
)
