"""Menu lines, the badge of unread messages, the operator's deed, and the follower that carries messages out."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import register_deeds
from kapok.kernel.journal.public import Sealed, subscriber
from kapok.kernel.notices.connectors import sandbox as _sandbox  # noqa: F401 - registers itself
from kapok.kernel.notices.delivering import deliver_waiting
from kapok.kernel.notices.queries import unread
from kapok.kernel.ui.public import CITIZEN, OPS, Entry, menu, shell_parts


def unread_of(request: HttpRequest) -> int:
    """Asked by the frame and by the menu of one page; counted once."""
    if not hasattr(request, "unread"):
        request.unread = unread(request.actor) if hasattr(request, "actor") else 0  # type: ignore[attr-defined]  # set here only
    return request.unread  # type: ignore[attr-defined,no-any-return]  # set here only


register_deeds({"notices.sms": ("operator",)})
menu.add(
    Entry(_("消息"), "notices:inbox", CITIZEN, icon="bell", order=600, place="mine", badge=unread_of),
    Entry(_("演示短信"), "notices:sms", OPS, deed="notices.sms", icon="message-circle", order=800),
)
shell_parts.put("unread", unread_of)


@subscriber("notices.deliver", events=("notices.sent",))
def deliver_sent(entries: list[Sealed]) -> None:
    """What was just sent goes out; what failed earlier goes along when its time has come."""
    deliver_waiting(len(entries) + 20)
