"""Templates of messages: `notices.toml` of each app, known as `<label>.<name>`.

    [accepted]
    topic = "case"
    title = "申请已受理"
    text = "您申请的“{item}”已受理，办件编号 {number}。"
    title_en = "Application accepted"
    text_en = "Your application “{item}” has been accepted. Case number {number}."
    sms = "您申请的“{item}”已受理。"          # short form; without it no text message is sent
    link = "/intake/cases/{case}"             # a path of this node

What stands in braces comes from the sender's data and is put in as it is; nothing in it is evaluated.
"""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from django.apps import apps

from kapok.kernel.notices.errors import NoticeDataMissing, NoticeTemplateMissing

_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class NoticeTemplate:
    """The words of a kind of message; English stands beside Chinese, since data and words mix in a sentence."""

    key: str
    topic: str
    title: str
    text: str
    title_en: str
    text_en: str
    sms: str = ""
    link: str = ""

    def filled(self, data: dict[str, object]) -> dict[str, str]:
        """All its words with the data put in; `NoticeDataMissing` names what the data lacks."""
        words = {name: getattr(self, name) for name in ("title", "text", "title_en", "text_en", "sms", "link")}
        missing = {name for text in words.values() for name in _BRACES.findall(text)} - set(data)
        if missing:
            raise NoticeDataMissing(key=self.key, missing="、".join(sorted(missing)))
        return {name: _BRACES.sub(lambda m: str(data[m[1]]), text) for name, text in words.items()}


@lru_cache(maxsize=1)
def templates() -> dict[str, NoticeTemplate]:
    """All templates by key, read once; a file with an unknown or a missing word stops the start."""
    found: dict[str, NoticeTemplate] = {}
    known = {field.name for field in fields(NoticeTemplate)} - {"key"}
    for config in apps.get_app_configs():
        path = Path(config.path) / "notices.toml"
        if path.is_file():
            for name, entry in tomllib.loads(path.read_text("utf-8")).items():
                if unknown := set(entry) - known:
                    raise ValueError(f"{path}: {name}: unknown {sorted(unknown)}")
                key = f"{config.label}.{name}"
                found[key] = NoticeTemplate(key=key, **entry)
    return found


def template(key: str) -> NoticeTemplate:
    """The template of a key; `NoticeTemplateMissing` if no app has it."""
    found = templates().get(key)
    if found is None:
        raise NoticeTemplateMissing(key=key)
    return found
