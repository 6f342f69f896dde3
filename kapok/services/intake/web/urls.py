"""The workbench: its home, the work list, cases, the window."""

from django.urls import path

from kapok.services.intake.web import pages, pages_bulk, pages_case, pages_drafts, pages_licence, pages_people, pages_setup, pages_window

prefixes = {"clerk": "work/"}
clerk = [
    path("", pages.home, name="home"),
    path("intake/", pages.queue, name="queue"),
    path("intake/find/", pages.find, name="find"),
    path("intake/bulk/", pages_bulk.bulk, name="bulk"),
    path("intake/cases/<uuid:case_id>/", pages_case.case, name="case"),
    path("intake/cases/<uuid:case_id>/opened/", pages_case.opened, name="opened"),
    path("intake/cases/<uuid:case_id>/act/", pages_case.do_act, name="act"),
    path("intake/cases/<uuid:case_id>/hold/", pages_case.hold, name="hold"),
    path("intake/cases/<uuid:case_id>/files/<uuid:file_id>/", pages_case.file, name="file"),
    path("intake/cases/<uuid:case_id>/licence/", pages_licence.preview, name="licence-preview"),
    path("intake/cases/<uuid:case_id>/licence/<int:page>.svg", pages_licence.preview_page, name="licence-preview-page"),
    path("intake/cases/<uuid:case_id>/held/<uuid:handed_id>/", pages_licence.held, name="held"),
    path("intake/cases/<uuid:case_id>/receipt/", pages_window.receipt, name="receipt"),
    path("intake/setup/", pages_setup.home, name="setup"),
    path("intake/setup/<str:code>/", pages_setup.region, name="setup-region"),
    path("intake/setup/<str:code>/history/", pages_setup.changes, name="setup-history"),
    path("intake/setup/<str:code>/handlers/", pages_people.handlers, name="setup-handlers"),
    path("intake/setup/<str:code>/deputies/", pages_people.deputies, name="setup-deputies"),
    path("intake/setup/<str:code>/elements/<str:key>/", pages_setup.element, name="setup-element"),
    path("intake/drafts/", pages_drafts.pick_up, name="pick-up"),
    path("intake/drafts/<uuid:draft_id>/", pages_drafts.draft, name="draft"),
    path("intake/window/", pages_window.window, name="window"),
    path("intake/window/<str:impl_code>/", pages_window.take_in, name="take-in"),
]
