"""What all codes share: the stored form, and the faults of writing that come before any check digit."""

from datetime import date

from kapok.kernel.common.verdicts import Verdict, allow, refuse

DIGITS = "0123456789"
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"

# The first two digits of GB/T 2260: provinces, and 71, 81, 82, 83 of Taiwan, Hong Kong, Macao and their residents' permits.
PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
    "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip


def normalise(text: str) -> str:
    """The form that is stored: outer spaces (also full-width and invisible ones) gone, letters upper case.

    Full-width digits are not turned round silently: `written` refuses them, so that what a person sees is what is stored.
    """
    stripped = text.strip().strip(_INVISIBLE).strip()
    return "".join(c.upper() if c.isascii() else c for c in stripped)


def written(kind: str, text: str, *, lengths: tuple[int, ...] = (), alphabet: str = ALPHANUMERIC) -> Verdict:
    """Whether a normalised code is written in its alphabet and in one of its lengths; causes: empty, full_width, length, alphabet."""
    if not text:
        return refused(kind, "empty")
    for place, character in enumerate(text, 1):
        if "\uff01" <= character <= "\uff5e" or character == "\u3000":
            return refused(kind, "full_width", position=place, character=character)
    if lengths and len(text) not in lengths:
        return refused(kind, "length", length=len(text), expected=" 或 ".join(map(str, lengths)))
    for place, character in enumerate(text, 1):
        if character not in alphabet:
            return refused(kind, "alphabet", position=place, character=character)
    return allow()


def refused(kind: str, cause: str, **data: object) -> Verdict:
    """The refusal `codes.<kind>.<cause>`; bad input, so 422."""
    return refuse(f"codes.{kind}.{cause}", status=422, **data)


def day(text: str) -> date | None:
    """A real date written YYYYMMDD, or None."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def region(text: str) -> bool:
    """Whether six digits can be a GB/T 2260 code, old ones included: only the province is certain without a table."""
    return len(text) == 6 and text.isascii() and text.isdigit() and text[:2] in PROVINCES
