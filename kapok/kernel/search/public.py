"""The door of `kernel.search`."""

from kapok.kernel.search.pinyin import initials, pinyin_key
from kapok.kernel.search.querying import matching, ranked, search
from kapok.kernel.search.text import bigrams, fold, terms, words

__all__ = ["bigrams", "fold", "initials", "matching", "pinyin_key", "ranked", "search", "terms", "words"]
