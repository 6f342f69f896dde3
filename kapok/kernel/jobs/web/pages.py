"""Background work for operators: what failed first, then what runs and when."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.guards import guard
from kapok.kernel.jobs import actions, queries
from kapok.kernel.journal.public import Entry, dead_letters, send_letter_again, set_letter_aside, state, unsealed
from kapok.kernel.ui.public import render


@guard("ops.see")
def show_board(request: HttpRequest) -> HttpResponse:
    """Failed jobs, entries put aside, timers that wait for another try, how far the journal is followed, every kind of job."""
    seen = queries.worker_seen()
    context = {
        "failed": queries.failed_jobs(),
        "letters": dead_letters(),
        "timers": queries.failing_timers(),
        "kinds": queries.kinds(),
        "said": said,
        "seen": seen,
        "silent": queries.worker_is_silent(seen),
        "journal": state(),
        "unsealed": unsealed(),
        "may": request.actor.may("jobs.manage"),  # type: ignore[attr-defined]  # set by kernel.access
    }
    return render(request, "jobs/board.jinja", context)


def said(cron: str) -> str:
    """When a job runs, in words; a line of cron that is none of the usual ones stays as it is."""
    minute, hour, *rest = cron.split() or ("", "")
    if not cron or rest != ["*", "*", "*"]:
        return cron
    if hour == "*":
        every = minute.removeprefix("*/")
        return _("每 %(n)s 分钟") % {"n": every} if every != minute else _("每小时第 %(n)s 分") % {"n": minute}
    return _("每天 %(at)s") % {"at": f"{hour:0>2}:{minute:0>2}"} if hour.isdigit() and minute.isdigit() else cron


@guard("jobs.manage")
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """A failed job: why it failed, and what is to become of it."""
    if request.method == "POST":
        if request.POST.get("what") == "aside":
            actions.set_job_aside(number, by=request.actor)  # type: ignore[attr-defined]  # set by kernel.access
            messages.success(request, _("作业已撤下，不再运行。"))
        else:
            actions.retry_job(number, by=request.actor)  # type: ignore[attr-defined]  # set by kernel.access
            messages.success(request, _("作业将在几秒内重新运行。"))
        return HttpResponseRedirect(reverse("jobs:board"))
    found = next((each for each in queries.failed_jobs() if each.id == number), None)
    if found is None:
        raise NotHere("jobs.job", id=number)
    return render(request, "jobs/failed.jinja", {"job": found})


@guard("jobs.manage")
def settle_letter(request: HttpRequest, number: int) -> HttpResponse:
    """An entry of the journal that a follower could not take: why, and what is to become of it."""
    if request.method == "POST":
        if request.POST.get("what") == "aside":
            set_letter_aside(number, by=request.actor)  # type: ignore[attr-defined]  # set by kernel.access
            messages.success(request, _("已撤下，不再处理。"))
        else:
            send_letter_again(number, by=request.actor)  # type: ignore[attr-defined]  # set by kernel.access
            messages.success(request, _("将在几秒内重新处理。"))
        return HttpResponseRedirect(reverse("jobs:board"))
    letter = next((each for each in dead_letters() if each.id == number), None)
    if letter is None:
        raise NotHere("journal.letter", id=number)
    return render(request, "jobs/letter.jinja", {"letter": letter, "entry": Entry.objects.filter(id=letter.entry).first()})
