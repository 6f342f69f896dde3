"""`kapok demo`: a node with its agencies, items, people and history; the story; then the servers, unless `--once`."""

import argparse
import os
import time

from rich.console import Console
from rich.table import Table

from kapok.site import environment, places
from kapok.site.cli.screen import django_ready

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
    from kapok.site.supervisor.database import node_database

    database = node_database(_say)
    ours = database is not None and database.pid() is None
    try:
        play()
    except BaseException:
        _stop(database, ours)
        raise
    if options.once:
        _stop(database, ours)
        console.print("\n[bold]The story has been played to its end.[/bold]")
        return
    stay_up(options.port, options.operator_port)


def play() -> None:
    """Set up, fill, tell."""
    began = time.monotonic()
    django_ready()
    from kapok.site.setting_up import set_up

    with console.status("setting up"):
        set_up(_say)
    from demo import seed, story

    with console.status("agencies, items, people, a quarter of cases"):
        accounts = seed.seed(_say)
    story.tell(accounts, console)
    console.print(f"\n{time.monotonic() - began:.0f} s")
    _show_accounts(accounts)


def stay_up(port: int, operator_port: int) -> None:
    """Both faces and the worker, until Ctrl-C."""
    from kapok.site.supervisor import parent

    host = environment.read("KAPOK_BIND")
    console.print(f"\ncitizens  http://{host}:{port}/")
    console.print(f"offices   http://{host}:{operator_port}/work/ · http://{host}:{operator_port}/ops/annex/\nCtrl-C ends.\n")
    raise SystemExit(parent.run(parent.whole_node(port, operator_port), _say))


def _show_accounts(accounts: object) -> None:
    said = accounts.said  # type: ignore[attr-defined]  # demo.cast.Accounts, imported only once Django is ready
    table = Table("账号", "姓名", "身份", title=f"演示账号（密码都是 {said['password']}）", title_justify="left")
    for row in said["citizen"]:
        table.add_row(row["phone"], row["name"], row["note"])
    for row in said["staff"]:
        table.add_row(row["login"], row["name"], row["title"])
    console.print(table)


def _stop(database: object, ours: bool) -> None:
    """Stop the embedded server if it was started here."""
    if ours and database is not None:
        database.stop()  # type: ignore[attr-defined]  # kapok.site.supervisor.database.Database


def _say(line: str) -> None:
    console.print(line, markup=False)


if __name__ == "__main__":
    main()
