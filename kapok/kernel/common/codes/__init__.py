"""Codes of Chinese administration: built, checked, taken apart. Pure; no database, no settings.

Every module has `check(text) -> Verdict` (one named cause), `make(...)` and `parse(text)`, which raises what `check` refuses.
`text.normalise` gives the form that is stored: outer spaces gone, letters upper case.
"""

from kapok.kernel.common.codes import (
    casenumber,
    citizen,
    item,
    licence,
    mod_11_10,
    mod_37_36,
    orgcode,
    project,
    sentences,
    serial,
    text,
    uscc,
)

__all__ = [
    "casenumber",
    "citizen",
    "item",
    "licence",
    "mod_11_10",
    "mod_37_36",
    "orgcode",
    "project",
    "sentences",
    "serial",
    "text",
    "uscc",
]
