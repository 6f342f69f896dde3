"""Search text: what goes into the index, and what a query asks of it. No model, no database."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([0-9a-z]+)")
LONGEST_QUERY = 100
MOST_TERMS = 48
_PREFIXED = 12


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, from OpenCC's table."""
    table = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(old): new.split()[0] for old, new in pairs if len(old) == 1}


def fold(text: str) -> str:
    """One writing for what people take as the same: half width, small letters, simplified characters, no accents."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain.translate(_simplified())


def bigrams(text: str) -> list[str]:
    """The index of a text, sorted and without repeats: every character and pair of a Chinese run, words and numbers.

    Words up to twelve letters are also found by their beginning. The text must hold no personal data.
    """
    found: set[str] = set()
    for han, word in _RUNS.findall(fold(text)):
        if han:
            found.update(han)
            found.update(han[i : i + 2] for i in range(len(han) - 1))
        else:
            found.add(word)
            if len(word) <= _PREFIXED:
                found.update(word[:n] for n in range(1, len(word)))
    return sorted(found)


def terms(query: str) -> list[str]:
    """What a text's index must hold, all of it, to match a query; at most 48 terms of the first 100 characters."""
    found: dict[str, None] = {}
    for han, word in _RUNS.findall(fold(query[:LONGEST_QUERY])):
        if not han:
            found[word] = None
        elif len(han) == 1:
            found[han] = None
        else:
            found.update(dict.fromkeys(han[i : i + 2] for i in range(len(han) - 1)))
    return list(found)[:MOST_TERMS]


def words(query: str) -> list[str]:
    """The runs of a query as they are read, for ranking and marking."""
    return [han or word for han, word in _RUNS.findall(fold(query[:LONGEST_QUERY]))]
