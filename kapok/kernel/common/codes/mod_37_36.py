"""ISO/IEC 7064 hybrid system MOD 37,36: one check character over digits and letters."""

from kapok.kernel.common.codes.text import ALPHANUMERIC


def check_character(body: str) -> str:
    """The check character of a body written in 0-9 A-Z; anything else raises ValueError."""
    product = 36
    for character in body:
        value = (product + ALPHANUMERIC.index(character)) % 36 or 36
        product = value * 2 % 37
    return ALPHANUMERIC[(1 - product) % 36]


def holds(text: str) -> bool:
    """Whether the last character is the check character of what stands before it."""
    return len(text) > 1 and check_character(text[:-1]) == text[-1]
