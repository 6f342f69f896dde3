"""ISO/IEC 7064 hybrid system MOD 11,10: one check digit over digits."""


def check_digit(body: str) -> str:
    """The check digit of a body of digits."""
    product = 10
    for character in body:
        value = (product + int(character)) % 10 or 10
        product = value * 2 % 11
    return str((1 - product) % 10)


def holds(text: str) -> bool:
    """Whether the last digit is the check digit of what stands before it."""
    return len(text) > 1 and check_digit(text[:-1]) == text[-1]
