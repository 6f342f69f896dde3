"""The same of every page at work, in a file of its own so that two workers share the walk."""

import pytest

from tests.architecture.source import assert_none
from tests.browser.test_pages import CITIZENS
from tests.browser.walking import samples, walk


@pytest.mark.parametrize("app", sorted(set(samples()) - set(CITIZENS)))
@pytest.mark.feature("07.14", part="axe on every page at both sizes and in both languages")
def test_desk_pages_are_sound_at_both_sizes_and_in_both_languages(app, tab, site):
    assert_none(walk(samples()[app], tab, site))
