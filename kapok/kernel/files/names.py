"""File names that are safe to show, to send and to write on any disk."""

import re
import unicodedata

LONGEST = 120
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def unsafe(name: str) -> bool:
    """Whether a name tries something: control or direction marks, climbing out of its folder, surrogates, nothing at all."""
    if _HIDDEN.search(name) or any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in name):
        return True
    return ".." in re.split(r"[/\\]", name) or not clean_name(name)


def clean_name(name: str) -> str:
    """The last part of a path without forbidden characters, NFC, at most 120 characters with its extension kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    last = _HIDDEN.sub("", _FORBIDDEN.sub("_", last.encode("utf-8", "ignore").decode()))
    last = re.sub(r"\s+", " ", last).strip(" .")
    stem, dot, extension = last.rpartition(".")
    if not dot:
        stem, extension = last, ""
    if stem.lower() in _RESERVED:
        stem = f"_{stem}"
    extension = extension[:12]
    return stem[: LONGEST - len(extension) - 1].rstrip(" .") + (f".{extension}" if dot else "")


def extension_of(name: str) -> str:
    """The extension in small letters without its dot; "" if there is none."""
    stem, dot, extension = clean_name(name).rpartition(".")
    return unicodedata.normalize("NFKC", extension).lower() if dot and stem else ""
