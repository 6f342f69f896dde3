"""What passes the door of organisations."""

from dataclasses import dataclass
from enum import StrEnum


class OrgKind(StrEnum):
    """What an organisation is; halls and window groups are rooms of a body and have no credit code."""

    AGENCY = "agency"
    UNIT = "unit"
    HALL = "hall"
    WINDOW_GROUP = "window_group"
    VILLAGE = "village"


ROOMS = frozenset({OrgKind.HALL, OrgKind.WINDOW_GROUP})


class SystemDuty(StrEnum):
    """The three parts an organisation can have in a system (管运分离): who is in charge need not be who runs it."""

    IN_CHARGE = "in_charge"
    OPERATES = "operates"
    USES = "uses"


@dataclass(frozen=True)
class OrgFields:
    """What is said of an organisation when it is made or corrected.

    `level` is the 行使层级 of GB/T 39046: 2 province, 3 city, 4 county, 5 town, 6 village; `nature` the 实施主体性质 (A.3).
    """

    name: str
    kind: str
    level: int
    region: str
    uscc: str = ""
    key: str | None = None
    short_name: str = ""
    parent: int | None = None
    nature: str = "1"
    phone: str = ""
    address: str = ""
    hours: str = ""
    reviews: bool = False
