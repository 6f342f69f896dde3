"""Addresses of using licences: 我的证照 for holders, the desk, and what is public under /verify/."""

from django.urls import path

from kapok.support.licences.web import holder, holder_statements, holder_uses, show, show_desk, show_scan

citizen = [
    path("", holder.mine, name="mine"),
    path("missing/", holder.missing, name="holder-missing"),
    path("uses/", holder_uses.uses, name="holder-uses"),
    path("uses/<uuid:use_id>/", holder_uses.use, name="holder-use"),
    path("statements/", holder_statements.statements, name="holder-statements"),
    path("statements/<uuid:statement_id>/", holder_statements.statement, name="holder-statement"),
    path("statements/<uuid:statement_id>/package/", holder_statements.package, name="holder-statement-package"),
    path("statements/<uuid:statement_id>/paper/", holder_statements.paper, name="holder-statement-paper"),
    path("copies/<uuid:copy_id>/", holder.copy_file, name="holder-copy"),
    path("consents/<uuid:consent_id>/withdraw/", holder_uses.withdraw, name="holder-withdraw"),
    path("<uuid:licence_id>/", holder.one, name="holder-one"),
    path("<uuid:licence_id>/pages/<int:page>.svg", holder.picture, name="holder-picture"),
    path("<uuid:licence_id>/sheets/", holder.sheets, name="holder-sheets"),
    path("<uuid:licence_id>/sheets/<int:page>/", holder.sheet, name="holder-sheet"),
    path("<uuid:licence_id>/files/<str:media>/", holder.take, name="holder-take"),
    path("<uuid:licence_id>/copy/", holder.make_copy, name="holder-make-copy"),
    path("<uuid:licence_id>/code/", holder.code, name="holder-code"),
    path("<uuid:licence_id>/allow/", holder_uses.allow, name="holder-allow"),
    path("<uuid:licence_id>/show/", show.show, name="show"),
    path("<uuid:licence_id>/show/<uuid:showing_id>/", show.answer, name="show-answer"),
]
clerk = [
    path("use/", show_desk.use, name="use"),
    path("use/objections/", show_desk.objections, name="objections"),
    path("use/objections/<uuid:objection_id>/", show_desk.objection, name="objection"),
]
verify = [
    path("show/seen/<str:key>/", show_scan.seen, name="show-seen"),
    path("show/seen/<str:key>/file/", show_scan.seen_file, name="show-seen-file"),
    path("show/<str:code>/", show_scan.scan, name="show-scan"),
    path("view/<str:token>/", show_scan.view, name="show-view"),
    path("status/", show_scan.status_lists, name="status-lists"),
    path("status/<str:issuer>", show_scan.status_list, name="status-list"),
]
