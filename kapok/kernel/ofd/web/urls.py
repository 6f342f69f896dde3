"""Addresses: /ops/ofd/ shows a long paper in the viewer, page by page."""

from django.urls import path

from kapok.kernel.ofd.web import pages

ops = [
    path("", pages.specimen, name="specimen"),
    path("<int:number>.svg", pages.specimen_page, name="specimen_page"),
]
