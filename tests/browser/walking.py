"""Walking every page an app lists, once in each language and at each size."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.urls import reverse

from kapok.kernel.ui.public import Sample
from kapok.site import discovery
from tests.browser.looking import survey

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def samples() -> dict[str, list[Sample]]:
    """The samples of each app that has any."""
    names = [f"{name}.tests.pages" for name in discovery.having("tests/pages.py")]
    return {name.split(".")[2]: import_module(name).PAGES for name in names if find_spec(name)}


def walk(pages: list[Sample], tab: Any, site: str) -> list[str]:
    """Everything that is wrong with these pages."""
    faults: list[str] = []
    for sample in pages:
        account = sample.login() if sample.login else None
        address = site + (sample.make() if sample.make else reverse(sample.route))
        name = (sample.name or sample.route).replace(":", "-")
        for short, language in LANGUAGES.items():
            page = tab.become(site, account, **{settings.LANGUAGE_COOKIE_NAME: language})
            faults += survey(page, address, f"{name}-{short}", sample.status)
        tab.page.goto("about:blank")
    return faults
