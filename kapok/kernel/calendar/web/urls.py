"""Addresses of the calendar: /ops/calendar/."""

from django.urls import path

from kapok.kernel.calendar.web import pages

ops = [
    path("", pages.show_year, name="year"),
    path("amend/", pages.amend_days, name="amend"),
    path("versions/<int:number>/", pages.show_version, name="version"),
]
