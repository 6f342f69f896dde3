"""Order and initials by pinyin, since a database without ICU sorts Chinese by code point."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from kapok.kernel.search.text import fold

_PLACES = {
    "东莞": "dong1 guan3", "番禺": "pan1 yu2", "大埔": "da4 bu4", "黄埔": "huang2 pu3", "深圳": "shen1 zhen4",
    "陆丰": "lu4 feng1", "揭阳": "jie1 yang2",
    "乳源": "ru3 yuan2", "浈江": "zhen1 jiang1", "鼎湖": "ding3 hu2", "斗门": "dou3 men2", "澄海": "cheng2 hai3",
    "长安": "chang2 an1", "重阳": "chong2 yang2", "乐昌": "le4 chang1", "朝阳": "chao2 yang2", "潮阳": "chao2 yang2",
    "行政": "xing2 zheng4",
    "银行": "yin2 hang2", "会计": "kuai4 ji4", "长者": "zhang3 zhe3",
}  # fmt: skip
"""Readings of Guangdong's places and of words of the trade that a character table gets wrong."""


@lru_cache(maxsize=1)
def _loaded() -> bool:
    load_phrases_dict({word: [[s] for s in reading.split()] for word, reading in _PLACES.items()}, style="tone3")
    return True


def pinyin_key(text: str, longest: int = 120) -> str:
    """A key that sorts names by pinyin, syllable by syllable, tones after letters: 广州 is "guang3 zhou1"."""
    _loaded()
    syllables = lazy_pinyin(fold(text), style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(part.strip() for part in syllables if part.strip())[:longest]


def initials(text: str, longest: int = 40) -> str:
    """First letters for quick entry and letter registers: 广州市 is "gzs"; digits and Latin letters stand as they are."""
    _loaded()
    syllables = lazy_pinyin(fold(text), style=Style.FIRST_LETTER)
    return "".join(part for part in syllables if part.isalnum())[:longest]
