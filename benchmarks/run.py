"""Runs a part of the measure inside the node's environment: `python -m benchmarks.run crowd 1000000`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.site.settings")
django.setup()

from benchmarks import crowd, entries  # noqa: E402 - Django is set up first

if __name__ == "__main__":
    if sys.argv[1] == "crowd":
        crowd.main(int(sys.argv[2]))
    else:
        entries.main(sys.argv[2:])
