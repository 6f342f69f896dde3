"""An annotated copy (加注件) is made for one purpose and ends: after that it is no valid paper, whatever its seal says."""

from dataclasses import replace
from datetime import UTC, date, datetime

from kapok.kernel.common import clock
from kapok.support.seals.verifying.data import INVALID, Report
from kapok.support.seals.verifying.words import warning

ENDS = "JZJYXQJZSJ"
"""加注件有效期截止时间, by the short names of GB/T 36903."""


def judge_copy(report: Report) -> Report:
    """The report, invalid when it is of a copy whose time is over at the moment of verification."""
    ends = end_of_copy(report.custom.get(ENDS, ""))
    if ends is None or ends >= report.at:
        return report
    return replace(report, verdict=INVALID, warnings=(*report.warnings, warning("report.copy_expired", until=ends)))


def end_of_copy(text: str) -> datetime | None:
    """The last moment of a copy: an ISO time, or a day (2026-12-01, 20261201), which counts whole; None when there is none."""
    written = text.strip()
    if not written:
        return None
    try:
        if len(written) <= 10:
            day = date.fromisoformat(written if "-" in written else f"{written[:4]}-{written[4:6]}-{written[6:8]}")
            return clock.end_of(day)
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=clock.PROVINCE)).astimezone(UTC)
