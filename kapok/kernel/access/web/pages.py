"""Signing in, up and out; choosing for whom one acts."""

from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from kapok.kernel.access.data import system_actor
from kapok.kernel.access.web import forms
from kapok.kernel.access.web.middleware import sign_in as begin_session
from kapok.kernel.access.web.middleware import sign_out as end_session
from kapok.kernel.accounts.public import LoginFailed, LoginTaken, TooManyAttempts, check_login
from kapok.kernel.accounts.public import sign_up as open_citizen
from kapok.kernel.common.errors import Invalid, NotHere
from kapok.kernel.common.guards import PUBLIC, SIGNED_IN, guard
from kapok.kernel.parties.public import PartyMismatch, party, represented_by
from kapok.kernel.ui.public import render


def _next(request: HttpRequest, otherwise: str) -> str:
    """Where to go on: an address of this site only."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if safe else otherwise


@guard(PUBLIC, why="this is where one signs in")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by phone, ID number or staff name, and password."""
    form = forms.SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            account = check_login(form.cleaned_data["login"], form.cleaned_data["password"], request.META.get("REMOTE_ADDR", ""))
        except (LoginFailed, TooManyAttempts) as error:
            form.add_error(None, error.message())
            status = error.status
        else:
            begin_session(request, account.id)
            return HttpResponseRedirect(_next(request, "/mine/" if account.kind == "person" else "/work/"))
    return render(request, "access/sign_in.jinja", {"form": form, "next": _next(request, "")}, status=status)


@guard(PUBLIC, why="everybody may open an account")
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open a citizen's account by name, ID number and phone."""
    form = forms.SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            account = open_citizen(data["name"], data["number"], data["phone"], data["password"], by=system_actor("注册"))
        except Invalid as error:
            _show(form, error)
        except (PartyMismatch, LoginTaken) as error:
            form.add_error(None, error.message())
        else:
            begin_session(request, account.id)
            return HttpResponseRedirect(_next(request, "/mine/"))
    return render(request, "access/sign_up.jinja", {"form": form, "next": _next(request, "")}, status=422 if form.errors else 200)


def _show(form: Form, error: Invalid) -> None:
    for fault in error.faults:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault.says))


@guard(SIGNED_IN)
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; by POST only, so that no link can do it."""
    if request.method == "POST":
        end_session(request)
        return HttpResponseRedirect("/")
    return render(request, "access/sign_out.jinja", {})


@guard(SIGNED_IN)
def switch(request: HttpRequest) -> HttpResponse:
    """Act as oneself or for an enterprise one legally represents; no new log-in."""
    actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    companies = represented_by(actor.party) if actor.party else []
    if request.method == "POST":
        chosen = request.POST.get("party", "")
        if chosen and chosen not in {str(company.id) for company in companies}:
            raise NotHere("parties.party", id=chosen)
        request.session["acts_for"] = str(UUID(chosen)) if chosen else ""
        return HttpResponseRedirect(_next(request, "/mine/"))
    return render(
        request,
        "access/switch.jinja",
        {"companies": companies, "me": party(actor.party) if actor.party else None, "current": actor.acts_for, "next": _next(request, "")},
    )
