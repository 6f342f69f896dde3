"""Addresses: /account/view/ on every face, /ops/ui/ for the gallery."""

from django.urls import path

from kapok.kernel.common.guards import PUBLIC, guard
from kapok.kernel.ui.web import pages

account = [
    path("view/", guard(PUBLIC, why="语言、字号和配色是浏览器偏好，不涉及任何数据")(pages.set_preferences), name="preferences"),
]
ops = [
    path("", guard("ui.gallery")(pages.gallery), name="gallery"),
    path("shell/<str:audience>/", guard("ui.gallery")(pages.gallery_shell), name="gallery_shell"),
]
