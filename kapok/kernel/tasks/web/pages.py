"""我的待办."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from kapok.kernel.common import clock
from kapok.kernel.common.guards import SIGNED_IN, guard
from kapok.kernel.tasks.actions import release_task, take_task
from kapok.kernel.tasks.queries import visible
from kapok.kernel.ui.public import keyset, render

NO_DATE = Value(datetime(9999, 1, 1, tzinfo=UTC), output_field=DateTimeField())


@guard(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """Open tasks, the most urgent first, those without a date last: own ones and those of the queues within reach."""
    tasks = visible(request.actor).annotate(by=Coalesce("due_at", NO_DATE))  # type: ignore[attr-defined]  # set by kernel.access
    page = keyset(tasks, request, order=("by", "id"), size=50)
    rows = [(task, clock.local(task.due_at).date() if task.due_at else None) for task in page.items]
    return render(request, "tasks/mine.jinja", {"page": page, "rows": rows})


@guard(SIGNED_IN)
@require_POST
def take(request: HttpRequest, task_id: UUID) -> HttpResponse:
    take_task(task_id, by=request.actor)  # type: ignore[attr-defined]  # as above
    return HttpResponseRedirect(reverse("tasks:mine"))


@guard(SIGNED_IN)
@require_POST
def release(request: HttpRequest, task_id: UUID) -> HttpResponse:
    release_task(task_id, by=request.actor)  # type: ignore[attr-defined]  # as above
    return HttpResponseRedirect(reverse("tasks:mine"))
