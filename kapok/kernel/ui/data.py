"""What pages hand to the components: frozen things with no Django inside, except that labels may be lazy translations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

CITIZEN, CLERK, OPS = "citizen", "clerk", "ops"
AUDIENCES = (CITIZEN, CLERK, OPS)


@dataclass(frozen=True)
class Entry:
    """A line of a menu.

    `place` is nav (top or side), tab (phone's bottom bar), mine (under 我的) or foot. `deed` hides the line from those who may not;
    `badge` counts what waits behind it, given the request.
    """

    title: Any
    url_name: str
    audience: str = CITIZEN
    deed: str | None = None
    icon: str = ""
    order: int = 100
    group: Any = ""
    place: str = "nav"
    badge: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Link:
    """A resolved link: what shells, breadcrumbs and tabs draw."""

    title: Any
    href: str
    icon: str = ""
    current: bool = False
    count: int | None = None
    group: Any = ""


@dataclass(frozen=True)
class Option:
    """One choice of a field."""

    value: str
    label: Any
    hint: Any = ""
    disabled: bool = False


@dataclass(frozen=True)
class FieldView:
    """One question on a form, as drawn.

    `kind`: text, textarea, number, amount, date, time, select, radios, checkboxes, yesno, checkbox, file, phone, email, password,
    search, citizen_id, uscc, region, hidden. `source` says where a prefilled value came from. `shown_when`: names and values of other
    questions under which this one is asked; a script hides it until then, without script its hint has to say so.
    """

    name: str
    label: Any
    kind: str = "text"
    value: Any = ""
    options: Sequence[Option] = ()
    hint: Any = ""
    errors: Sequence[Any] = ()
    required: bool = True
    id: str = ""
    max_length: int | None = None
    minimum: str = ""
    maximum: str = ""
    accept: str = ""
    multiple: bool = False
    rows: int = 4
    autocomplete: str = ""
    placeholder: Any = ""
    unit: Any = ""
    source: Any = ""
    disabled: bool = False
    width: str = ""
    attrs: Mapping[str, str] = field(default_factory=dict)
    shown_when: Sequence[tuple[str, str]] = ()

    @property
    def anchor(self) -> str:
        """The id of the control, to which the error summary links."""
        return self.id or f"id_{self.name}"


@dataclass(frozen=True)
class ErrorLine:
    """A line of the error summary: the control's id and the sentence."""

    anchor: str
    says: Any


@dataclass(frozen=True)
class Column:
    """A column of a table; `sort` is the key in the address, empty when it does not sort."""

    title: Any
    sort: str = ""
    align: str = ""
    hide_on_phone: bool = False


@dataclass(frozen=True)
class Due:
    """A due date by the real clock: state is ok, soon, overdue, paused or done; `days` counts working days left (negative: over)."""

    on: date | None
    state: str = "ok"
    days: int | None = None
    unit: str = "work_day"


@dataclass(frozen=True)
class Point:
    """Something that happened to a case, or will: state is done, now or due."""

    at: datetime
    title: Any
    state: str = "done"
    who: Any = ""
    note: Any = ""
    href: str = ""
    link: Any = ""


@dataclass(frozen=True)
class Pause:
    """A stretch in which the clock stood still; `ends` is None while it lasts."""

    starts: datetime
    ends: datetime | None
    why: Any = ""


@dataclass(frozen=True)
class FlowStep:
    """A box in a drawn process: `aside` is what may happen beside the straight way (补正, 不予受理)."""

    title: Any
    who: Any = ""
    time: Any = ""
    note: Any = ""
    aside: Any = ""


@dataclass(frozen=True)
class Slice:
    """One page of a keyset list: `after` and `before` are cursors, None at the ends."""

    items: Sequence[Any]
    after: str | None = None
    before: str | None = None
    total: int | None = None
    size: int = 20

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class Bar:
    """One bar or map area: a value, its words and its tone (plain, ok, wait, bad)."""

    label: Any
    value: float
    shown: str = ""
    tone: str = "plain"
    href: str = ""
    code: str = ""
