"""System 15, 集约化电子证照系统. Measured here: 15.dC (签发 to 签章), 15.dD (catalogue entries), 18.dB (sealed licences)."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.public import CITIZEN, CLERK, Entry, Measure, SystemCard
from kapok.kernel.documents.public import readers
from kapok.kernel.imports.public import import_kinds
from kapok.support.licences import jobs  # noqa: F401 - registers the signing job and the followers
from kapok.support.licences.actions.importing import STOCK
from kapok.support.licences.actions.signing import code_texts
from kapok.support.licences.actions.using_signing import qr_payload
from kapok.support.licences.queries.business import business_status
from kapok.support.licences.queries.measures import delivered_in_time, delivered_rows, sealed, sealed_rows, signed_at_once, signed_rows
from kapok.support.licences.queries.using import reads_statement
from kapok.support.licences.queries.using_verify import copy_status
from kapok.support.seals.public import business_sources

card = SystemCard(
    cards=(15,),
    title=_("集约化电子证照系统"),
    deeds={
        "licences.see": ("clerk", "approver", "leader", "admin", "auditor"),
        "licences.handle": ("approver", "leader"),
        "licences.confirm": ("leader",),
        "licences.types": ("editor", "reviewer", "admin"),
        "licences.edit": ("editor",),
        "licences.review": ("reviewer",),
        "licences.bulk": ("leader", "admin"),
        "licences.import": ("admin",),
        "licences.connect": ("operator", "admin"),
        "licences.use": ("clerk", "approver", "leader"),
        "licences.supervise": ("leader",),
    },
    settings=("KAPOK_LICENCE_ALARM", "KAPOK_LICENCE_AT_ONCE"),
    measures=(
        Measure("15.dC", signed_at_once, evidence=signed_rows),
        Measure("15.dD", delivered_in_time, evidence=delivered_rows),
        Measure("18.dB", sealed, part="证照", evidence=sealed_rows),
    ),
    menu=(
        Entry(_("电子证照"), "licences:list", CLERK, deed="licences.see", icon="certificate", order=40),
        Entry(_("证照类型"), "licences:types", CLERK, deed="licences.types", icon="file-certificate", order=75),
        Entry(_("用证"), "licences:use", CLERK, deed="licences.use", icon="shield-check", order=41),
        Entry(_("用证异议"), "licences:objections", CLERK, deed="licences.supervise", icon="message-report", order=42),
        Entry(_("证照"), "licences:mine", CITIZEN, icon="certificate", order=5, place="tab"),
        Entry(_("我的证照"), "licences:mine", CITIZEN, icon="certificate", order=2, place="mine"),
    ),
)

code_texts.put("qr", qr_payload)
business_sources.put("licences.copies", copy_status)
readers.put("licence_statement", reads_statement)
business_sources.put("licences", business_status)
import_kinds.put(STOCK.key, STOCK)
