"""Sample addresses for the browser sweeps: each app lists its pages in `tests/pages.py` as `PAGES`; and what apps show in the gallery."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kapok.kernel.common.registry import Registry

specimens: Registry[Callable[[Any], Markup]] = Registry("ui.specimens")
"""Components of higher apps for the gallery: from the request to a drawn section."""


@dataclass(frozen=True)
class Sample:
    """A page to visit: its route's name and how to get there.

    `make` runs in a database transaction that the server sees, creates what the page shows and returns the address (or None: the
    address is the route without arguments); `login` returns the account to sign in, None for a visitor.
    """

    route: str
    make: Callable[[], str] | None = None
    login: Callable[[], Any] | None = None
    status: int = 200
    name: str = ""
