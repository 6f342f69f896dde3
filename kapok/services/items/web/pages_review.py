"""The reviewer's inbox and desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import KapokError
from kapok.kernel.flows.public import deputies_of, open_run, step_of
from kapok.kernel.ui.public import error_lines, keyset, render
from kapok.services.items.access import version_to_review
from kapok.services.items.actions.editing import comment, resolve_comment
from kapok.services.items.actions.review import review
from kapok.services.items.queries.working import review_queue, to_review
from kapok.services.items.rules.table import table
from kapok.services.items.web.pages import STATES, actor_of
from kapok.services.items.web.pages_version import version_context

SIZE = 50


@guard("items.review")
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this reviewer, oldest first."""
    page = keyset(review_queue(actor_of(request)), request, order=("started_at", "id"), size=SIZE)
    return render(request, "items/inbox.jinja", {"page": page, "rows": to_review(actor_of(request), list(page.items)), "states": STATES})


@guard("items.review")
def desk(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The version with its findings and remarks, and the decision."""
    actor = actor_of(request)
    version = version_to_review(actor, version_id)
    errors: list[Any] = []
    if request.method == "POST":
        try:
            principal = request.POST.get("for_account", "")
            review(
                version_id, request.POST.get("outcome", ""), request.POST.get("opinion", ""),
                for_account=UUID(principal) if _is_uuid(principal) else None, by=actor,
            )  # fmt: skip
            messages.success(request, _("审核意见已记录。"))
            return HttpResponseRedirect(reverse("items:inbox"))
        except KapokError as refused:
            errors = error_lines(getattr(refused, "faults", None) or [refused.message()])
    run = open_run(version.id)
    context = {
        **version_context(request, version), "errors": errors, "run": run, "step": step_of(run).title if run else "",
        "principals": deputies_of(actor.account) if actor.account else [], "opinion": request.POST.get("opinion", ""),
        "elements": list(table().elements.values()),
    }  # fmt: skip
    return render(request, "items/review.jinja", context, status=409 if errors else 200)


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


@guard("items.review")
def remark(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A remark on one element."""
    try:
        comment(version_id, request.POST.get("element", ""), request.POST.get("text", ""), by=actor_of(request))
    except KapokError as refused:
        found = error_lines(getattr(refused, "faults", None) or [refused.message()])
        messages.error(request, " ".join(str(line.says) for line in found))
    return HttpResponseRedirect(reverse("items:review", args=[version_id]))


@guard("items.edit")
def settle_remark(request: HttpRequest, version_id: UUID, comment_id: UUID) -> HttpResponse:
    """Mark a remark as dealt with."""
    resolve_comment(comment_id, by=actor_of(request))
    return HttpResponseRedirect(reverse("items:version", args=[version_id]))
