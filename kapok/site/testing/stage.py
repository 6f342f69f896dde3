"""This process's database: copied from a template, and copied anew when something was committed in it.

Most tests roll back. A test of real transactions commits, and a suite may want a database that is already full; both would
be found by whatever runs next, and emptying tables would also take what migrations and set-up put there.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from kapok.site.supervisor.address import Address
from kapok.site.testing import databases


@dataclass
class Stage:
    """The database tests run on. `template` is what it is made from just now."""

    server: Address
    name: str
    template: str
    made: dict[str, str] = field(default_factory=dict)

    def renew(self) -> None:
        """Make the database anew from its template, and forget what was read from the old one."""
        connection.close()
        databases.drop(self.name, self.server)
        databases.copy(self.template, self.name, self.server)
        connection.settings_dict["NAME"] = self.name
        forget_caches()
        own_certificates()

    def filled(self, key: str, fill: Callable[[], None]) -> str:
        """A template of this process's own: the present one, filled once. Its name carries the process, so it goes with it."""
        if key in self.made:
            return self.made[key]
        name = f"{self.name}_{key}"
        connection.close()
        databases.copy(self.template, name, self.server)
        connection.settings_dict["NAME"] = name
        forget_caches()
        try:
            own_certificates()
            fill()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = self.name
            forget_caches()
        self.made[key] = name
        return name

    @contextmanager
    def on(self, template: str) -> Iterator[None]:
        """Run on another template within, and on the present one again afterwards."""
        present, self.template = self.template, template
        self.renew()
        try:
            yield
        finally:
            self.template = present
            self.renew()


def own_certificates() -> None:
    """What `kapok setup` gives a node: its certificates; taken up from beside this process's keys once they are made."""
    from kapok.kernel.crypto.public import ensure_pki

    ensure_pki()
    connection.close()


def forget_caches() -> None:
    """Empty every `lru_cache` and every `Remembered` of the product: what they hold was read from another database."""
    for name, module in list(sys.modules.items()):
        if name.startswith("kapok."):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if callable(clear) and not isinstance(value, type) and getattr(value, "__module__", "").startswith("kapok."):
                    clear()
