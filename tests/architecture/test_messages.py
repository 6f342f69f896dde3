"""Every sentence has its English, and a translation fills the same blanks as its source."""

import re

import pytest

from kapok.kernel.ui.messages import apps, missing, read_english
from tests.architecture.source import assert_none, shown

pytestmark = pytest.mark.check

BLANK = re.compile(r"%\((\w+)\)|\{(\w+)[^}]*\}")


def test_every_sentence_has_its_english() -> None:
    lacking = {shown(app): words for app in apps() if (words := missing(app))}
    assert_none(lacking)


def test_a_translation_fills_the_same_blanks() -> None:
    wrong = [
        f"{shown(app)}: {message.id}"
        for app in apps()
        for message in read_english(app)
        if message.id and isinstance(message.id, str) and _blanks(message.id) != _blanks(str(message.string or message.id))
    ]
    assert_none(wrong)


def _blanks(words: str) -> set[str]:
    return {first or second for first, second in BLANK.findall(words)}
