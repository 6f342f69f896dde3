"""Django's own commands: `python -m kapok.site.manage makemigrations intake`. People use `kapok`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.site.settings")
    os.environ.setdefault("KAPOK_PREPARE", "0")  # migrations hold several statements in one string
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
