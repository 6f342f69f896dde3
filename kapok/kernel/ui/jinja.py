"""The Jinja2 backend: reads `templates/` of kapok's own apps, `.jinja` files only, and knows our globals and filters.

Everything else (mails and flash texts of libraries) is left to Django's backend, which stands second.
"""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.template import TemplateDoesNotExist
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kapok.kernel.common import clock
from kapok.kernel.ui import drawing, fields
from kapok.kernel.ui.data import Column, FieldView, FlowStep, Link, Option
from kapok.kernel.ui.formats import FILTERS
from kapok.kernel.ui.shell import Shell

SUFFIX = ".jinja"


class KapokJinja2(Jinja2):
    """Templates named "<app>/page.jinja"; a name without that suffix is not ours."""

    def __init__(self, params: dict[str, Any]) -> None:
        options = params["OPTIONS"] = dict(params.get("OPTIONS") or {})
        options.setdefault("environment", "kapok.kernel.ui.jinja.environment")
        options.setdefault("context_processors", ["kapok.kernel.ui.jinja.frame", "django.contrib.messages.context_processors.messages"])
        super().__init__(params)

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        own = [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("kapok.")]
        return (*map(str, self.dirs), *(str(folder) for folder in own if folder.is_dir()))

    def get_template(self, template_name: str) -> Any:
        if not template_name.endswith(SUFFIX):
            raise TemplateDoesNotExist(template_name, backend=self)
        return super().get_template(template_name)


def environment(**options: Any) -> Environment:
    """Jinja2 as every page uses it: strict about names, escaping, translating."""
    options.update(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    env = Environment(**options)
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext, npgettext=translation.npgettext
    )
    env.globals["_"] = words
    env.policies["ext.i18n.trimmed"] = True
    env.filters.update(FILTERS)
    env.filters["reading"] = drawing.reading
    env.globals.update(
        static=static,
        url=url,
        icon=icon,
        today=clock.today,
        now=clock.now,
        as_field=fields.as_field,
        error_lines=fields.error_lines,
        due_of=drawing.due_of,
        draw_timeline=drawing.draw_timeline,
        draw_bars=drawing.draw_bars,
        draw_map=drawing.draw_map,
        with_query=with_query,
        Column=Column,
        FieldView=FieldView,
        FlowStep=FlowStep,
        Link=Link,
        Option=Option,
    )
    return env


def frame(request: Any) -> dict[str, Any]:
    """Context of every page: the shell."""
    return {"shell": Shell(request)}


def words(message: str, /, **put: Any) -> Markup:
    """`_("…")` as the extension's newstyle gettext means it, without its three calls: a page says a hundred words and more."""
    text = Markup(translation.gettext(message))  # our own catalogues; what is put in is escaped
    return text % put if "%" in text else text


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page: url("intake:case", id=case.id)."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def icon(name: str, label: Any = None, kind: str = "") -> Markup:
    """A symbol of the sprite; without a label it is decoration and silent to screen readers."""
    if label is None:
        return _decoration(name, kind)
    classes, use = f"icon {kind}".strip(), Markup('<use href="{}#{}"></use>').format(static("icons.svg"), name)
    return Markup('<svg class="{}" role="img" aria-label="{}" focusable="false">{}</svg>').format(classes, label, use)


@lru_cache(maxsize=1024)
def _decoration(name: str, kind: str) -> Markup:
    use = Markup('<use href="{}#{}"></use>').format(static("icons.svg"), name)
    return Markup('<svg class="{}" aria-hidden="true" focusable="false">{}</svg>').format(f"icon {kind}".strip(), use)


def with_query(request: Any, **changes: Any) -> str:
    """This page's address with some query values set; None takes one away."""
    query = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else request.path
