"""A node's first day and every upgrade: tables first, then each app's own step, lowest layer first."""

from collections.abc import Callable
from graphlib import TopologicalSorter
from types import ModuleType

from kapok.kernel.common import partitions
from kapok.site import discovery
from kapok.site.migrating import migrate


def set_up(say: Callable[[str], None]) -> None:
    """Every step may be run again; what is there is left as it is."""
    migrate()
    say("tables are up to date")
    made = lay_ground()
    say(f"partitions: {made} made" if made else "partitions are there")
    for step in _steps():
        step.set_up(say)


def lay_ground() -> int:
    """What an action needs before there is any data: partitions to write to, and the head of the journal."""
    from kapok.kernel.journal.public import begin

    made = partitions.ensure()
    begin()
    return made


def _steps() -> list[ModuleType]:
    """The apps' `setup.py`, lowest layer first; one that builds on another of its layer says so (`after = ("regions",)`)."""
    found = {discovery.label_of(name): discovery.part_of(name, "setup") for name in discovery.having("setup.py")}
    steps = {label: module for label, module in found.items() if module is not None}
    order = TopologicalSorter({label: [w for w in getattr(module, "after", ()) if w in steps] for label, module in steps.items()})
    return [steps[label] for label in order.static_order()]
