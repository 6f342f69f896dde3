"""The workbench: its home, the work list, cases, the window."""

from django.urls import path

from kapok.services.intake.web import pages, pages_case, pages_window

prefixes = {"clerk": "work/"}
clerk = [
    path("", pages.home, name="home"),
    path("intake/", pages.queue, name="queue"),
    path("intake/find/", pages.find, name="find"),
    path("intake/cases/<uuid:case_id>/", pages_case.case, name="case"),
    path("intake/cases/<uuid:case_id>/act/", pages_case.do_act, name="act"),
    path("intake/cases/<uuid:case_id>/hold/", pages_case.hold, name="hold"),
    path("intake/cases/<uuid:case_id>/files/<uuid:file_id>/", pages_case.file, name="file"),
    path("intake/cases/<uuid:case_id>/receipt/", pages_window.receipt, name="receipt"),
    path("intake/window/", pages_window.window, name="window"),
    path("intake/window/<str:impl_code>/", pages_window.take_in, name="take-in"),
]
