"""The inbox, its preferences, and the sandbox's text messages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.crypto.public import load_keys, unseal_json
from kapok.kernel.notices.actions import mark_read, set_preference
from kapok.kernel.notices.connectors.base import channels
from kapok.kernel.notices.models import SandboxSms
from kapok.kernel.notices.queries import inbox, message_for, opened, wanted_channels
from kapok.kernel.ui.public import keyset, render


@guard(SIGNED_IN)
def show_inbox(request: HttpRequest) -> HttpResponse:
    """Messages, newest first."""
    page = keyset(inbox(request.actor), request, size=20)  # type: ignore[attr-defined]  # set by kernel.access
    return render(request, "notices/inbox.jinja", {"page": page, "letters": opened(list(page.items))})


@guard(SIGNED_IN)
def open_message(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One message; opening it is reading it."""
    actor = request.actor  # type: ignore[attr-defined]  # as above
    message = message_for(actor, notice_id)
    if message.read_at is None:
        mark_read([notice_id], by=actor)
    safe = message.link.startswith("/") and url_has_allowed_host_and_scheme(message.link, None)
    return render(request, "notices/message.jinja", {"message": message, "link": message.link if safe else ""})


@guard(SIGNED_IN)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(None, by=request.actor)  # type: ignore[attr-defined]  # as above
    return HttpResponseRedirect(reverse("notices:inbox"))


@guard(SIGNED_IN)
def preferences(request: HttpRequest) -> HttpResponse:
    """Which channels may be used beside the inbox."""
    actor = request.actor  # type: ignore[attr-defined]  # as above
    if request.method == "POST":
        for channel in channels:
            set_preference(channel.key, channel.key in request.POST.getlist("channel"), by=actor)
        return HttpResponseRedirect(reverse("notices:inbox"))
    wanted = wanted_channels(actor.for_party or actor.account, "")
    return render(request, "notices/preferences.jinja", {"channels": list(channels), "wanted": wanted})


@guard("notices.sms")
def sms(request: HttpRequest) -> HttpResponse:
    """Text messages of the sandbox; the numbers are masked."""
    page = keyset(SandboxSms.objects.all(), request, size=50)
    load_keys(row.recipient for row in page.items)
    rows = [(row, unseal_json(row.recipient, row.sealed, about="notices.sandbox_sms")["text"]) for row in page.items]
    return render(request, "notices/sms.jinja", {"page": page, "rows": rows})
