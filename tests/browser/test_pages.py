"""Every page of every app at both sizes: zero axe violations, no console error, no sideways scrolling."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.urls import reverse

from kapok.kernel.ui.public import Sample
from kapok.site import discovery
from tests.architecture.source import assert_none
from tests.browser.looking import SIZES, visit


def samples() -> list[tuple[str, list[Sample]]]:
    """The samples of each app that has any."""
    names = [f"{name}.tests.pages" for name in discovery.having("tests/pages.py")]
    return [(name.split(".")[2], import_module(name).PAGES) for name in names if find_spec(name)]


@pytest.mark.parametrize(("app", "pages"), samples(), ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.feature("07.14", part="axe on the registered pages at both sizes")
def test_pages_are_sound_at_both_sizes(app, pages, page_of):
    faults = []
    for sample in pages:
        account = sample.login() if sample.login else None
        address = sample.make() if sample.make else reverse(sample.route)
        name = sample.name or sample.route.replace(":", "-")
        for size in SIZES:
            page = page_of(size, account=account)
            faults += visit(page, address, f"{name}-{size}", sample.status)
            page.close()
    assert_none(faults)
