"""Deeds of the kernel's lower modules, which stand below access and cannot name roles themselves; the frame's account part;
what follows a change of regions."""

from kapok.kernel.access.deeds import register_deeds
from kapok.kernel.access.following import Follow
from kapok.kernel.access.web.frame import account_part
from kapok.kernel.regions.public import recompute_sources
from kapok.kernel.ui.public import shell_parts

register_deeds(
    {
        "regions.amend": ("admin",),
        "calendar.amend": ("admin", "operator"),
        "orgs.manage": ("admin",),
        "access.grant": ("admin",),
        "ui.gallery": ("operator", "admin"),
        "jobs.manage": ("operator",),
        "ops.see": ("operator", "admin", "auditor"),
    }
)
shell_parts.put("account", account_part)
recompute_sources.put("access", Follow())
