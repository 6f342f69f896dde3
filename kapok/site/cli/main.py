"""`kapok`: the house's own commands, and those of every app that has a `cli.py`.

The house's commands load no app, so that a node can be looked at and mended when an app does not load.
"""

import errno
import os
import sys

import typer

from kapok.site import discovery
from kapok.site.cli import backup, clock, db, node, play
from kapok.site.cli.screen import fail
from kapok.site.supervisor.binaries import NoBinaries
from kapok.site.supervisor.database import CannotStart
from kapok.site.supervisor.owner import NoOwner

HOUSE = ("db", "serve", "work", "custodian", "up", "setup", "demo", "clock", "backup", "settings", "manage")


def build(with_apps: bool) -> typer.Typer:
    """The whole command, with or without the apps' parts."""
    command = typer.Typer(help="Kapok 木棉: a node of the digital government.", no_args_is_help=True, pretty_exceptions_enable=False)
    command.add_typer(db.app, name="db")
    command.add_typer(clock.app, name="clock")
    command.add_typer(backup.app, name="backup")
    for name, function in {**node.COMMANDS, **play.COMMANDS}.items():
        passes_on = {"allow_extra_args": True, "ignore_unknown_options": True} if name in play.COMMANDS else None
        command.command(name, context_settings=passes_on)(function)
    if with_apps:
        _add_apps(command)
    return command


def _add_apps(command: typer.Typer) -> None:
    """Each app's commands under its own name; those of its `root` (`kapok verify FILE`) without."""
    import django

    django.setup()
    for name in discovery.having("cli.py"):
        module = discovery.part_of(name, "cli")
        if module is not None:
            command.add_typer(module.app, name=discovery.label_of(name))
            for word, function in getattr(module, "root", {}).items():
                command.command(word)(function)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.site.settings")
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    try:
        build(with_apps=asked not in HOUSE)()
    except (CannotStart, NoBinaries, NoOwner) as error:
        fail(str(error))
    except OSError as error:
        _disk_or_raise(error)
    except Exception as error:
        _known_or_raise(error)


def _disk_or_raise(error: OSError) -> None:
    """What the file system refuses is for whoever runs the command to mend, and needs no traceback."""
    where = error.filename or "the node's folder"
    if isinstance(error, PermissionError):
        fail(f"no permission for {where}: run as the user it belongs to, or set KAPOK_HOME to a folder of your own")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        fail(f"no room left on the disk of {where}: make room, or set KAPOK_HOME to a folder on another disk")
    if error.errno == errno.EROFS:
        fail(f"{where} is on a read-only disk: set KAPOK_HOME to a folder that can be written")
    _known_or_raise(error)


def _known_or_raise(error: Exception) -> None:
    """An error with a code is a sentence on the screen; anything else is a fault of ours and shows itself whole."""
    from django.db import OperationalError

    from kapok.kernel.common.errors import KapokError

    if isinstance(error, OperationalError) and "connection" in str(error):
        fail("no database answers: start the node (`kapok up`), or say which node with KAPOK_HOME (the demonstration's: .kapok/demo)")
    if not isinstance(error, KapokError):
        raise error
    fail(f"{error.message()} ({error.code})")
