"""Addresses of licences: the workbench under /work/licences/; holders and the public as web.urls_using says."""

from django.urls import path

from kapok.support.licences.web import pages, pages_licence, pages_types, urls_using

prefixes = {"citizen": "mine/licences/", "verify": "verify/"}
citizen = urls_using.citizen
verify = urls_using.verify
clerk = [
    path("", pages.listing, name="list"),
    path("find/", pages.find, name="find"),
    path("waiting/", pages.waiting, name="waiting"),
    path("waiting/<uuid:licence_id>/", pages.again, name="again"),
    path("bulk/", pages.bulk, name="bulk"),
    path("bulk/<uuid:request_id>/", pages.bulk_act, name="bulk-act"),
    path("types/", pages_types.types, name="types"),
    path("types/new/", pages_types.new, name="type-new"),
    path("types/preview/", pages_types.type_preview, name="type-preview"),
    path("types/<uuid:version_id>/", pages_types.type, name="type"),
    path("types/<uuid:version_id>/act/", pages_types.type_act, name="type-act"),
    path("<uuid:licence_id>/", pages_licence.licence, name="licence"),
    path("<uuid:licence_id>/files/<str:kind>/", pages_licence.file, name="file"),
    path("<uuid:licence_id>/decide/", pages_licence.decide, name="decide"),
    path("<uuid:licence_id>/do/<str:verb>/", pages_licence.verb, name="verb"),
    *urls_using.clerk,
]
