"""`kapok demo`: a node with its agencies, items, people and history; the story; then the servers, unless `--once`."""

import argparse
import os
import signal
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from kapok.site import environment, places
from kapok.site.cli.screen import django_ready

if TYPE_CHECKING:
    from kapok.site.supervisor.parent import Node

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Set the stage on a node of its own (`.kapok/demo`), play, and stay up."""
    asked = argparse.ArgumentParser(prog="kapok demo", description=__doc__)
    asked.add_argument("--once", action="store_true", help="end after the story")
    asked.add_argument("--port", type=int, default=environment.number("KAPOK_PORT"), help="citizens' face")
    asked.add_argument("--operator-port", type=int, default=environment.number("KAPOK_OPERATOR_PORT"), help="clerks' and operators' face")
    options = asked.parse_args()
    os.environ.setdefault("KAPOK_HOME", str(places.ROOT / ".kapok" / "demo"))
    os.environ.setdefault("KAPOK_MODE", "sandbox")
    os.environ.setdefault("KAPOK_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.site.settings")
    from kapok.site.supervisor import parent

    node = parent.whole_node(options.port, options.operator_port)
    if not options.once and not parent.may_run(node, _say):
        raise SystemExit(1)
    ours = node.database is not None and node.database.pid() is None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end by a service manager: the same clean way as Ctrl-C
    try:
        play(again=options.once)
        if options.once:
            console.print("\n[bold]The story has been played to its end.[/bold]")
        else:
            stay_up(node, options.port, options.operator_port)
            console.print("\nstopped; everything is kept, and `make demo` goes on from here")
    except KeyboardInterrupt:
        console.print("\nstopped; everything is kept, and `make demo` goes on from here")
        raise SystemExit(130) from None
    finally:
        if ours and node.database is not None:
            node.database.stop()


def play(*, again: bool) -> None:
    """Set up, fill, tell; a node that has the story is not told it twice unless `again`."""
    began = time.monotonic()
    django_ready()
    from kapok.site.setting_up import set_up

    with console.status("setting up"):
        set_up(_say)
    from demo import seed, story

    with console.status("agencies, items, people, a quarter of cases"):
        accounts = seed.seed(_say)
    if again or not story.told(accounts):
        story.tell(accounts, console)
    else:
        console.print("the story was told on this node before; `make demo ARGS=--once` tells it again, as new cases")
    console.print(f"\n{time.monotonic() - began:.0f} s")
    _show_accounts(accounts)


def stay_up(node: "Node", port: int, operator_port: int) -> None:
    """Both faces and the worker, until Ctrl-C."""
    from kapok.site.supervisor import parent

    host = environment.read("KAPOK_BIND")
    console.print(f"\ncitizens  http://{host}:{port}/")
    console.print(f"offices   http://{host}:{operator_port}/work/ · http://{host}:{operator_port}/ops/annex/")
    console.print("Ctrl-C ends; everything is kept.\n")
    if code := parent.run(node, _say):
        raise SystemExit(code)


def _show_accounts(accounts: object) -> None:
    said = accounts.said  # type: ignore[attr-defined]  # demo.cast.Accounts, imported only once Django is ready
    table = Table("账号", "姓名", "身份", title=f"演示账号（密码都是 {said['password']}）", title_justify="left")
    for row in said["citizen"]:
        table.add_row(row["phone"], row["name"], row["note"])
    for row in said["staff"]:
        table.add_row(row["login"], row["name"], row["title"])
    console.print(table)


def _say(line: str) -> None:
    console.print(line, markup=False)


if __name__ == "__main__":
    main()
