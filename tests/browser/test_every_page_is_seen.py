"""No page escapes the sweeps: every route that shows one has a sample, or stands here with its reason."""

import pytest

from tests.architecture.source import assert_none
from tests.browser.walking import samples
from tests.sweeps.routes import Route, all_routes

pytestmark = pytest.mark.check

DOES = "does something and leads on to a page that is looked at"
FILE = "answers with a file"
UNSEEN = {
    "annex:export": FILE,
    "documents:download": FILE,
    "documents:by_link": FILE,
    "documents:download_at_work": FILE,
    "intake:file": FILE,
    "intake:held": FILE,
    "intake:licence-preview": "of a case that ends in a licence: test_licence_of_a_case.py looks at it",
    "intake:licence-preview-page": FILE,
    "imports:approve": DOES,
    "imports:faults": FILE,
    "imports:form": FILE,
    "imports:groups": FILE,
    "imports:progress": "a part of imports:batch that renews itself",
    "imports:stop": DOES,
    "annex:end_exemption": DOES,
    "intake:act": DOES,
    "intake:bulk": "comes by POST from the work list: test_desk_in_steps.py looks at preview and verdicts",
    "intake:opened": "the page of intake:case with numbers in full, by POST: test_desk_in_steps.py looks at it",
    "intake:draft": "opens by a number shown at the window: test_draft_at_window.py looks at it",
    "intake:hold": DOES,
    "intake:home": "leads on to the first page one may use",
    "licences:again": DOES,
    "licences:bulk-act": DOES,
    "licences:decide": DOES,
    "licences:file": FILE,
    "licences:holder-picture": FILE,
    "licences:holder-sheet": FILE,
    "licences:holder-take": FILE,
    "licences:holder-statement-package": FILE,
    "licences:holder-statement-paper": FILE,
    "licences:show-seen-file": FILE,
    "licences:status-list": FILE,
    "licences:show-answer": DOES,
    "licences:type-act": DOES,
    "licences:type-preview": "a part of licences:type that renews itself",
    "items:delete": DOES,
    "items:draft": DOES,
    "items:remark": DOES,
    "items:settle": DOES,
    "items:submit": DOES,
    "items:withdraw": DOES,
    "notices:read_all": DOES,
    "ofd:specimen_page": FILE,
    "portal:ask-case": "the page of portal:ask, for a case",
    "portal:begin": DOES,
    "portal:book-case": "the page of portal:book, for a case",
    "portal:choose-region": DOES,
    "portal:desk-wording-base": "the page of portal:desk-wording-state, for a base item",
    "portal:file": FILE,
    "seals:draft-page": FILE,
    "seals:export": FILE,
    "seals:picture": FILE,
    "seals:preview": FILE,
    "seals:step-file": FILE,
    "seals:use-file": FILE,
    "seals:use-page": FILE,
    "tasks:release": DOES,
    "tasks:take": DOES,
    "ui:gallery": "looked at in every view by test_gallery.py",
    "ui:gallery_shell": "looked at in every view by test_gallery.py",
    "ui:preferences": DOES,
}
"""Routes without a picture. A verb that shows its own faults as a page belongs among the samples instead."""
MACHINES = ("/api/", "/health", "/metrics", "/spec/")


def pages() -> list[Route]:
    """Every route for people."""
    return [route for route in all_routes() if not route.operations and not route.pattern.startswith(MACHINES)]


@pytest.mark.feature("07.14", part="no page route is missing from the sweep")
def test_every_page_is_looked_at_or_says_why_not() -> None:
    seen = {sample.route for found in samples().values() for sample in found}
    assert_none(sorted(f"{route.name} ({route.pattern})" for route in pages() if route.name not in seen | set(UNSEEN)))


def test_no_reason_stands_for_a_route_that_is_gone_or_has_a_sample_by_now() -> None:
    seen = {sample.route for found in samples().values() for sample in found}
    assert_none(sorted(set(UNSEEN) - {route.name for route in pages()}))
    assert_none(sorted(seen & set(UNSEEN)))
