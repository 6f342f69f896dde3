"""Addresses of the imports: /work/imports/."""

from django.urls import path

from kapok.kernel.imports.web import pages

clerk = [
    path("", pages.show_list, name="list"),
    path("new/<str:kind_key>/", pages.upload, name="upload"),
    path("new/<str:kind_key>/form.xlsx", pages.form_sheet, name="form"),
    path("<uuid:batch_id>/", pages.show_batch, name="batch"),
    path("<uuid:batch_id>/progress", pages.batch_progress, name="progress"),
    path("<uuid:batch_id>/approve", pages.approve, name="approve"),
    path("<uuid:batch_id>/stop", pages.stop, name="stop"),
    path("<uuid:batch_id>/faults.<str:form>", pages.faults_sheet, name="faults"),
    path("<uuid:batch_id>/reconciliation.csv", pages.groups_sheet, name="groups"),
]
