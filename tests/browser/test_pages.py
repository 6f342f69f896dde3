"""Every citizen's page at both sizes and in both languages: zero axe violations, no console error, no sideways scrolling."""

import pytest

from tests.architecture.source import assert_none
from tests.browser.walking import samples, walk

CITIZENS = ("access", "notices", "portal", "reads", "tasks")


@pytest.mark.parametrize("app", sorted(set(samples()) & set(CITIZENS)))
@pytest.mark.feature("07.14", part="axe on every page at both sizes and in both languages")
def test_pages_are_sound_at_both_sizes_and_in_both_languages(app, tab, site):
    assert_none(walk(samples()[app], tab, site))
