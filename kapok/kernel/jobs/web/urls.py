"""Addresses of background work: /ops/jobs/."""

from django.urls import path

from kapok.kernel.jobs.web import pages

ops = [
    path("", pages.show_board, name="board"),
    path("<int:number>/", pages.settle, name="settle"),
    path("letters/<int:number>/", pages.settle_letter, name="letter"),
]
