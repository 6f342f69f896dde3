"""电子证照标识, GB/T 36904-2018: OID root, type 21 (defining body's credit code and 3), issuer 18, serial, version 3, check."""

from dataclasses import dataclass

from kapok.kernel.common.codes import mod_37_36
from kapok.kernel.common.codes.text import ALPHANUMERIC, normalise, refused, written
from kapok.kernel.common.verdicts import Verdict, allow

KIND = "licence"
ROOT = "1.2.156.3005.2"


@dataclass(frozen=True)
class LicenceId:
    """An identifier taken apart."""

    text: str
    type: str
    issuer: str
    serial: str
    version: int


def check_character(type_code: str, issuer: str, serial: str, version: str) -> str:
    """MOD 37,36 over the four parts, without what is neither digit nor letter."""
    return mod_37_36.check_character("".join(c for c in type_code + issuer + serial + version if c in ALPHANUMERIC))


def check(text: str) -> Verdict:
    """Causes: empty, full_width, alphabet, root, parts, type, issuer, serial, version, check_digit.

    Identifiers in the wild do not all hold: for a foreign licence the refusal is a warning, never a reason to reject it.
    """
    code = normalise(text)
    verdict = written(KIND, code, alphabet=ALPHANUMERIC + ".-_")
    if not verdict:
        return verdict
    if not code.startswith(ROOT + "."):
        return refused(KIND, "root", root=ROOT)
    parts = code.removeprefix(ROOT + ".").split(".")
    if len(parts) != 5:
        return refused(KIND, "parts", parts=len(parts))
    type_code, issuer, number, version, given = parts
    if len(type_code) != 21:
        return refused(KIND, "type", type=type_code)
    if len(issuer) != 18:
        return refused(KIND, "issuer", issuer=issuer)
    if not number:
        return refused(KIND, "serial")
    if len(version) != 3 or not version.isdigit():
        return refused(KIND, "version", version=version)
    expected = check_character(type_code, issuer, number, version)
    return allow() if given == expected else refused(KIND, "check_digit", given=given)


def make(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    parts = (type_code, issuer, serial, f"{version:03d}")
    return ".".join((ROOT, *parts, check_character(*parts)))


def parse(text: str) -> LicenceId:
    check(text).or_raise()
    type_code, issuer, number, version, _ = normalise(text).removeprefix(ROOT + ".").split(".")
    return LicenceId(normalise(text), type_code, issuer, number, int(version))
