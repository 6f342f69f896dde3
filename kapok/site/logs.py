"""Structured logs: one line an event, with the request's id on each line that belongs to a request.

No personal data: what is logged are ids, codes, addresses without their query, and durations.
"""

import logging
import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from kapok.site import environment

_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


_ROWS = re.compile(r"^(?:DETAIL|CONTEXT):.*?(?=^\n|\Z)", re.M | re.S)
"""What a database says beyond its first line, up to the next exception of a chain."""


def configure() -> None:
    """Send Django's, the libraries' and our own events to standard error in one form."""
    as_json = (environment.read("KAPOK_LOG") or ("console" if sys.stderr.isatty() else "json")) == "json"
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_plan(as_json, environment.read("KAPOK_LOG_LEVEL").upper()))


def without_rows(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A database that refuses a row repeats its values in DETAIL, and they may be a person's."""
    if "exception" in event:
        event["exception"] = _ROWS.sub("DETAIL: left out\n", event["exception"])
    return event


def _plan(as_json: bool, level: str) -> dict[str, object]:
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": list(_SHARED),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_rows,
                    last,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Their warnings repeat what our own request line and error handler already say.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "psycopg.pool": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
        },
    }
