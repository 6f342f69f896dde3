"""What a state means to the citizen, by item and state: the province's default and what is laid over it (07.05)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import FieldFault

ACTIONS: dict[str, Any] = {
    "": _("无需办理"),
    "correct": _("去补正"),
    "upload": _("补充材料"),
    "book": _("预约到场"),
    "collect": _("领取结果"),
}
"""The one thing that may be asked of the citizen; each leads to a page."""
TONES = ("run", "wait", "ok", "bad")
LONGEST = {"label": 20, "label_en": 60, "says": 200, "says_en": 400}
OUTCOMES = ("denied", "withdrawn", "terminated", "uncorrected")
"""Ends of a case that have words of their own; any other end is plainly 已办结."""


@dataclass(frozen=True)
class Wording:
    """What a state is called and says to the citizen.

    `action` is what the citizen is asked to do (empty: nothing), `upload` whether materials may be handed in, `notify` whether the move
    is told.
    """

    label: str
    says: str
    tone: str = "run"
    action: str = ""
    upload: bool = False
    notify: bool = True


@cache
def defaults() -> dict[str, dict[str, Any]]:
    """The province's wording of every state."""
    return tomllib.loads((Path(__file__).parent.parent / "wording.toml").read_text(encoding="utf-8"))


STATES: tuple[str, ...] = tuple(defaults())


def key_of(state: str, outcome: str = "", answered: bool = False) -> str:
    """Under which key a case's state stands in the table."""
    if state == "correcting" and answered:
        return "answered"
    return outcome if state == "closed" and outcome in OUTCOMES else state


def resolved(key: str, *layers: Mapping[str, Any] | None) -> dict[str, Any]:
    """Every word of a state: the default with the layers over it, the last the strongest.

    A layer that says something in Chinese alone takes the English above it away, so that the two never disagree.
    """
    found = dict(defaults()[key])
    for layer in layers:
        for name, value in (layer or {}).items():
            if name in LONGEST or name in ("tone", "action", "upload", "notify"):
                found[name] = _truth(value) if name in ("upload", "notify") else value
                if name in ("label", "says") and f"{name}_en" not in (layer or {}):
                    found.pop(f"{name}_en", None)
    return found


def wording(key: str, *layers: Mapping[str, Any] | None) -> Wording:
    """The same, in the language of the screen; Chinese where there is no other."""
    words = resolved(key, *layers)
    end = "_en" if (get_language() or "").startswith("en") else ""
    return Wording(
        label=words.get("label" + end) or words["label"], says=words.get("says" + end) or words["says"], tone=words.get("tone", "run"),
        action=words.get("action", ""), upload=words.get("upload", False), notify=words.get("notify", True),
    )  # fmt: skip


def _truth(value: Any) -> bool:
    """Item versions hold words; there a yes is a word too."""
    return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "yes", "1", "是")


def check_words(key: str, words: Mapping[str, Any]) -> list[FieldFault]:
    """What is wrong with an override, every fault at once; an empty one is in order: it takes the override back."""
    faults = []
    for name, longest in LONGEST.items():
        text = str(words.get(name, ""))
        if name in words and not text.strip():
            faults.append(FieldFault(name, "portal.words_empty", _("请填写，或取消勾选改回默认。")))
        elif len(text) > longest:
            faults.append(FieldFault(name, "portal.words_too_long", _("最多 %(n)s 字。") % {"n": longest}))
    if words.get("tone", "run") not in TONES:
        faults.append(FieldFault("tone", "portal.unknown_choice", _("请从列表中选择。")))
    if words.get("action", "") not in ACTIONS:
        faults.append(FieldFault("action", "portal.unknown_choice", _("请从列表中选择。")))
    elif (words.get("action") == "correct") != (key == "correcting") and "action" in words:
        faults.append(FieldFault("action", "portal.action_elsewhere", _("“去补正”只能、也必须用于待补正状态。")))
    elif words.get("action") == "upload" and words.get("upload") is False:
        faults.append(FieldFault("upload", "portal.upload_needed", _("要求补充材料时，须允许上传。")))
    faults += [
        FieldFault(name, "portal.unknown_choice", _("请从列表中选择。"))
        for name in ("upload", "notify")
        if not isinstance(words.get(name, True), bool)
    ]
    return faults
