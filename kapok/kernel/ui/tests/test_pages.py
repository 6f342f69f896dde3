"""Rendering, menus, preferences, fields: without a database."""

from types import SimpleNamespace

import pytest
from django import forms
from django.test import RequestFactory
from jinja2 import UndefinedError

from kapok.kernel.common.errors import FieldFault
from kapok.kernel.ui.data import CITIZEN, CLERK, Entry, FieldView
from kapok.kernel.ui.fields import as_field, error_lines
from kapok.kernel.ui.menu import Menu, UnknownAudience
from kapok.kernel.ui.preferences import set_preferences, view_of
from kapok.kernel.ui.public import fragment, render


@pytest.fixture
def request_():
    request = RequestFactory().get("/ops/ui/", {"q": "a", "after": "x"})
    request.actor = SimpleNamespace(signed_in=False, may=lambda deed, thing=None: deed == "open")
    return request


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429, 500, 503])
@pytest.mark.feature("07.17", part="error pages in plain words with a help number")
def test_an_error_page_says_what_to_do_and_whom_to_call(request_, status):
    page = render(request_, "ui/error.jinja", {"status": status, "message": "没有找到", "code": "x.y", "request_id": "r1"}, status=status)
    body = page.content.decode()
    assert page.status_code == status
    assert "12345" in body and "您可以这样做" in body and "x.y" in body and "r1" in body


def test_error_pages_ask_nobody(request_, monkeypatch):
    monkeypatch.setattr("kapok.kernel.ui.shell.Shell.part", lambda *_: pytest.fail("asked a part"))
    monkeypatch.setattr("kapok.kernel.ui.shell.Shell.menu", lambda *_: pytest.fail("asked a menu"))
    render(request_, "ui/error.jinja", {"status": 503, "message": "", "code": "x", "request_id": ""})


def test_an_unknown_name_in_a_template_is_an_error(request_):
    with pytest.raises(UndefinedError):
        fragment(request_, "ui/error.jinja", {})


def test_a_menu_shows_what_this_person_may_use(request_):
    menu = Menu()
    menu.add(
        Entry("开放", "ui:gallery", CLERK, deed="open"),
        Entry("不许", "ui:preferences", CLERK, deed="shut"),
        Entry("没有", "no:where", CLERK),
    )
    links = menu.links(CLERK, "nav", request_)
    assert [(str(link.title), link.current) for link in links] == [("开放", True)]


def test_a_menus_groups_stay_together():
    menu = Menu()
    menu.add(Entry("a", "x:1", order=1, group="甲"), Entry("b", "x:2", order=2, group="乙"), Entry("c", "x:3", order=3, group="甲"))
    assert [entry.title for entry in menu.entries(CITIZEN)] == ["a", "c", "b"]


def test_a_menu_line_needs_a_known_audience():
    with pytest.raises(UnknownAudience):
        Menu().add(Entry("a", "x:1", "nobody"))


@pytest.mark.feature("07.14", part="preferences without script")
def test_a_preference_is_kept_in_a_cookie_and_leads_back():
    answer = set_preferences(RequestFactory().get("/account/view/", {"size": "elder", "theme": "dark", "lang": "en", "next": "/here/?a=1"}))
    assert answer.status_code == 302 and answer["Location"] == "/here/?a=1"
    again = RequestFactory().get("/")
    again.COOKIES = {name: morsel.value for name, morsel in answer.cookies.items()}
    view = view_of(again)
    assert view.elder and view.theme == "dark"
    assert "en" in again.COOKIES.values()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
@pytest.mark.feature("07.17", part="open redirects")
def test_a_preference_link_never_leads_away(target):
    assert set_preferences(RequestFactory().get("/account/view/", {"next": target}))["Location"] in ("/", "")


def test_unknown_preferences_count_as_not_chosen():
    request = RequestFactory().get("/")
    request.COOKIES["kapok_view"] = "<b>.huge"
    assert view_of(request).theme == "auto" and not view_of(request).elder


class Form(forms.Form):
    name = forms.CharField(label="名称", max_length=9, help_text="与执照一致")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="承诺")


def test_a_bound_field_is_drawn_with_its_error_and_hint():
    field = as_field(Form({"kind": "b"})["name"])
    assert (field.kind, field.anchor, field.max_length, field.hint) == ("text", "id_name", 9, "与执照一致")
    assert field.errors
    assert as_field(Form({"kind": "b"})["kind"]).options[1].value == "b"


def test_every_line_of_the_error_summary_leads_to_a_control(request_):
    form = Form({})
    lines = error_lines(form)
    page = fragment(request_, "ui/tests/form.jinja", {"form": form})
    assert len(lines) == 3
    for line in lines:
        assert f'id="{line.anchor}"' in page and f'href="#{line.anchor}"' in page


def test_faults_and_field_views_give_lines_too():
    lines = error_lines([FieldFault("a", "x.y", "错"), FieldView("b", "乙", errors=("误",)), "总错"])
    assert [(line.anchor, line.says) for line in lines] == [("id_a", "错"), ("id_b", "误"), ("form", "总错")]


def test_values_are_escaped(request_):
    assert "<script>x" not in fragment(request_, "ui/tests/form.jinja", {"form": Form({"name": "<script>x"})})
