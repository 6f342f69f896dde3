from django.urls import path

from kapok.kernel.tasks.web import pages

clerk = [
    path("", pages.mine, name="mine"),
    path("<uuid:task_id>/take", pages.take, name="take"),
    path("<uuid:task_id>/release", pages.release, name="release"),
]
