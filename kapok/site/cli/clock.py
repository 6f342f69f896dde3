"""`kapok clock`: legal time, which a sandbox may move ahead of machine time."""

import re

import typer

from kapok.kernel.common import clock
from kapok.site.cli.screen import fail, say

app = typer.Typer(help="Legal time of this node; moved in sandboxes only.", no_args_is_help=True)

_SPAN = re.compile(r"([+-]?\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@app.command()
def show() -> None:
    """Both clocks, by the province's hour."""
    say(f"legal time   {clock.local(clock.now()):%Y-%m-%d %H:%M:%S}")
    say(f"machine time {clock.local(clock.wall()):%Y-%m-%d %H:%M:%S}")


@app.command(context_settings={"ignore_unknown_options": True})
def move(span: str = typer.Argument(help="for example 3d, 12h, 30m")) -> None:
    """Move legal time ahead by a span. It is never moved back: what happened would come to lie in the future."""
    found = _SPAN.fullmatch(span) or fail(f"{span!r} is not a span such as 3d, 12h or 30m")
    seconds = int(found.group(1)) * _SECONDS[found.group(2)]
    if seconds < 0:
        fail("legal time is not moved back")
    try:
        clock.move_sandbox(clock.sandbox_offset().total_seconds() + seconds)
    except RuntimeError as error:
        fail(str(error))
    show()
