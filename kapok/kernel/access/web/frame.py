"""What every page's frame says of who is signed in."""

from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.parties.public import party


def account_part(request: Any) -> dict[str, Any]:
    """Name, the identity acted under, and the addresses to sign in, out and switch."""
    actor = request.actor
    sign_in = f"{reverse('access:sign-in')}?next={quote(request.get_full_path())}"
    if not actor.signed_in:
        return {"name": "", "url": sign_in, "login_url": sign_in, "logout_url": "", "identity": "", "company": False, "switch_url": ""}
    company = party(actor.acts_for) if actor.acts_for else None
    identity = company.name_masked if company else (_("个人") if actor.kind == "person" else _("工作人员"))
    return {
        "name": actor.name, "url": "/mine/" if actor.kind == "person" else "/work/", "login_url": sign_in,
        "logout_url": reverse("access:sign-out"), "identity": identity, "company": company is not None,
        "switch_url": reverse("access:switch") if actor.kind == "person" else "",
    }  # fmt: skip
