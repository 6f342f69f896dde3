"""The licence's data in the names others know: metadata of the file (GB/T 36903 style) and the catalogue's record (up_lic_data)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kapok.support.licences.data import HolderFacts, TypeFacts
from kapok.support.licences.rules.status import status_table
from kapok.support.licences.rules.values import LONG_TERM

HOLDER_TYPES = {
    "001": "统一社会信用代码",
    "099": "其他法人或其他组织有效证件代码",
    "111": "公民身份号码",
    "114": "军官证",
    "115": "武警警官证",
    "118": "军士兵证",
    "119": "武警士兵证",
    "120": "军文职人员证",
    "122": "武警文职人员证",
    "411": "外交护照",
    "412": "公务护照",
    "413": "公务普通护照",
    "414": "普通护照",
    "511": "台湾居民来往大陆通行证",
    "516": "港澳居民来往内地通行证",
    "999": "其他自然人有效证件代码",
}
JOIN = "、"


def custom_data(
    type: TypeFacts, values: Mapping[str, str], holders: Sequence[HolderFacts], *, number: str, identifier: str, issuer: str,
    issuer_code: str, issued_on: date, valid_from: date, valid_to: date | None, signed_at: datetime | None = None, seal: str = "",
) -> dict[str, str]:  # fmt: skip
    """One entry a metadata name, in the standard's order; names of the type's own fields begin with KZ_."""
    data = {
        "ZZMC": type.name, "ZZLXDM": type.code, "ZZBH": number, "ZZBS": identifier, "ZZBFJG": issuer, "ZZBFJGDM": issuer_code,
        "ZZBFRQ": issued_on.isoformat(), "CZZT": JOIN.join(h.name for h in holders), "CZZTDM": JOIN.join(h.number for h in holders),
        "CZZTDMLX": JOIN.join(HOLDER_TYPES.get(h.number_type, "") for h in holders),
        "CZZTDMLXDM": JOIN.join(h.number_type for h in holders), "ZZYXQQSRQ": valid_from.isoformat(),
        "ZZYXQJZRQ": valid_to.isoformat() if valid_to else LONG_TERM,
    }  # fmt: skip
    if signed_at is not None:
        data |= {"ZZQZR": issuer, "ZZQZSJ": signed_at.isoformat(timespec="seconds"), "ZZQZMC": seal or issuer}
    return data | {each.meta: values.get(each.key, "") for each in type.fields if each.meta}


def catalogue_record(
    type: TypeFacts, *, region: str, number: str, identifier: str, issuer: str, issuer_code: str, issued_on: date, state: str
) -> dict[str, Any]:  # fmt: skip
    """A record of `up_lic_data`, without the holders: those lie sealed."""
    return {
        "certificate_area_code": region, "certificate_name": type.name, "certificate_number": number,
        "certificate_source_id": identifier, "certificate_type": type.name, "certificate_type_code": type.code,
        "issue_date": issued_on.isoformat(), "issue_dept": issuer, "issue_dept_code": issuer_code,
        "certificate_status": status_table().states[state].code,
    }  # fmt: skip


def catalogue_holder(holders: Sequence[HolderFacts]) -> dict[str, str]:
    """The holders in the names of `up_lic_data`."""
    return {
        "certificate_holder": JOIN.join(h.name for h in holders),
        "certificate_holder_code": JOIN.join(h.number for h in holders),
        "certificate_holder_type": JOIN.join(h.number_type for h in holders),
    }
