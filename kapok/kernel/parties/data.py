"""What is known of a party, opened."""

from dataclasses import dataclass

CITIZEN_ID, SOCIAL_CREDIT = "111", "001"
"""证件类型: GA/T 2000.156 gives 111 居民身份证; 001 统一社会信用代码 is the mapping table's own."""


@dataclass(frozen=True)
class Identity:
    """The personal fields of a party; never stored or logged in the open."""

    name: str
    number: str
    number_type: str
    phone: str = ""
    address: str = ""


def mask_name(name: str) -> str:
    """张三 → *三, 欧阳娜娜 → **娜娜; a company's name is public and stays."""
    if len(name) <= 1:
        return "*"
    shown = 1 if len(name) <= 3 else 2
    return "*" * (len(name) - shown) + name[-shown:]


def mask_number(number: str) -> str:
    """4401**********1234: first and last four."""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask_phone(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "*" * len(phone)
