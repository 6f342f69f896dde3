"""Fills the node of the measure, in the node's environment."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.site.settings")
django.setup()

from benchmarks.crowd import main  # noqa: E402 - Django is set up first

main(int(sys.argv[1]))
