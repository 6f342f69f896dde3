"""Signing in and out, on every face."""

from django.urls import path

from kapok.kernel.access.web import pages

account = [
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-up/", pages.sign_up, name="sign-up"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("switch/", pages.switch, name="switch"),
]
