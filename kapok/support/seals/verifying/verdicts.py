"""From ten outcomes to one verdict. No database, no clock."""

from collections.abc import Sequence

from kapok.support.seals.verifying.data import EXTENDED, FAIL, INVALID, UNDETERMINED, UNKNOWN, UNTRUSTED, VALID, Step, Verdict


def verdict_of(steps: Sequence[Step]) -> Verdict:
    """A step that failed makes the signature invalid. A chain to nobody we know makes it untrusted, never invalid.

    What could not be decided makes it undetermined, except the time stamp: without one, steps 8 and 9 judge by the claimed time
    and say themselves whether that is enough.
    """
    if any(step.outcome == FAIL for step in steps):
        return INVALID
    if any(step.key == "chains" and step.outcome == UNKNOWN for step in steps):
        return UNTRUSTED
    if any(step.outcome == UNKNOWN for step in steps if step.key != "timestamp"):
        return UNDETERMINED
    return EXTENDED if any(step.code == "references.extended" for step in steps) else VALID
