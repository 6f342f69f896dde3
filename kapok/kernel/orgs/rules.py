"""What an organisation must say of itself."""

from kapok.kernel.common.codes import uscc
from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.kernel.orgs.data import ROOMS, OrgFields, OrgKind

NATURES = ("1", "2", "3", "9")


def well_said(fields: OrgFields) -> Verdict:
    """Name, kind, level, nature, and a credit code with a right check character for everything that is a body."""
    if not fields.name.strip():
        return refuse("orgs.name_missing", status=422)
    if fields.kind not in tuple(OrgKind):
        return refuse("orgs.unknown_kind", status=422, kind=fields.kind)
    if fields.level not in range(2, 7):
        return refuse("orgs.unknown_level", status=422, level=fields.level)
    if fields.nature not in NATURES:
        return refuse("orgs.unknown_nature", status=422, nature=fields.nature)
    if fields.kind in ROOMS:
        if fields.uscc:
            return refuse("orgs.room_has_no_uscc", status=422)
        return allow() if fields.parent is not None else refuse("orgs.room_needs_parent", status=422)
    if not fields.uscc:
        return refuse("orgs.uscc_missing", status=422)
    return uscc.check(fields.uscc)


def orgcode_of(credit_code: str) -> str:
    """组织机构代码: characters 9 to 17 of the credit code."""
    return credit_code[8:17]
