"""`kapok demo` and `kapok manage`: commands that hand their words on."""

import runpy
import sys
from collections.abc import Callable
from importlib.util import find_spec

import typer

from kapok.site import places
from kapok.site.cli.screen import fail


def demo(context: typer.Context) -> None:
    """Play the story on a node of its own and leave it running; `--once` ends after the story."""
    sys.path.insert(0, str(places.ROOT))  # the story lies beside the product, not in it
    if find_spec("demo") is None:
        fail("the folder demo/ is missing: the demonstration runs from a clone")
    sys.argv = ["kapok demo", *context.args]
    runpy.run_module("demo", run_name="__main__", alter_sys=True)


def manage(context: typer.Context) -> None:
    """Django's own commands (`kapok manage makemigrations intake`)."""
    from kapok.site.manage import main

    sys.argv = ["kapok manage", *context.args]
    main()


COMMANDS: dict[str, Callable[..., None]] = {"demo": demo, "manage": manage}
