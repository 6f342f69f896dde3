"""What a layout may show: the type's own fields, and what every licence has."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kapok.support.licences.data import HolderFacts, TypeFacts
from kapok.support.licences.rules.values import LONG_TERM

COMMON = {
    "name": "证照名称", "number": "证照编号", "identifier": "证照标识", "issuer": "颁发机构", "issuer_code": "颁发机构代码",
    "holder": "持证主体", "holder_number": "持证主体代码", "issued_on": "颁发日期", "valid_from": "有效期起", "valid_to": "有效期止",
    "version": "版本号", "qr": "查验二维码",
}  # fmt: skip
SEAL = "seal"
"""The layout's anchor where the seal stands."""


def schema_of(spec: Mapping[str, Any]) -> dict[str, str]:
    """Names a layout of this type may use, with what they are."""
    return COMMON | {str(each.get("key", "")): str(each.get("label", "")) for each in spec.get("fields", [])}


def paper_data(
    type: TypeFacts, values: Mapping[str, str], holders: Sequence[HolderFacts], *, number: str, identifier: str, issuer: str,
    issuer_code: str, issued_on: date, valid_from: date, valid_to: date | None, version: int, qr: str,
) -> dict[str, Any]:  # fmt: skip
    """The data of one paper."""
    return {
        "name": type.name, "number": number, "identifier": identifier, "issuer": issuer, "issuer_code": issuer_code,
        "holder": "、".join(h.name for h in holders), "holder_number": "、".join(h.number for h in holders),
        "issued_on": issued_on.isoformat(), "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else LONG_TERM, "version": f"{version:03d}", "qr": qr, **values,
    }  # fmt: skip
