"""What the pages of using licences share: who asks, what is wrong with what was sent, how states are said, codes as pictures."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.files.public import StoredFile, file_response, open_file
from kapok.support.licences.data import LicenceFacts
from kapok.support.licences.models import Use
from kapok.support.licences.rules import using as rules

STATES: dict[str, tuple[Any, str, Any]] = {
    "pending": (_("制证中"), "run", _("已经签发，正在加盖电子印章，完成后即可使用。")),
    "valid": (_("有效"), "ok", ""),
    "ahead": (_("尚未生效"), "wait", _("有效期还没有开始，从有效期的第一天起可以使用。")),
    "expired": (_("已过期"), "bad", _("有效期已过，不能使用。需要继续使用的，请办理延续。")),
    "suspended": (_("已暂扣"), "wait", _("颁发机构已暂扣，恢复前不能使用。")),
    "changed": (_("已换新"), "mute", _("已有新的版本，这一版不再使用。")),
    "cancelled": (_("已注销"), "mute", _("已注销，不能使用。")),
    "withdrawn": (_("已撤销"), "bad", _("颁发机构已撤销，不能使用。")),
    "revoked": (_("已吊销"), "bad", _("颁发机构已吊销，不能使用。")),
    "transferred": (_("已转出"), "mute", _("已转到其他机构管理。")),
}
"""A state in a holder's words: label, tone, what it means."""

VERBS: dict[str, Any] = {
    "issue": _("已签发"), "seal": _("加盖电子印章，可以使用"), "reissue": _("补制"), "change": _("变更"), "extend": _("延续"),
    "suspend": _("被暂扣"), "resume": _("恢复有效"), "cancel": _("注销"), "withdraw": _("被撤销"), "revoke": _("被吊销"),
    "transfer": _("转出"), "import": _("由原有证照录入"), "push": _("由原签发系统送来"),
}  # fmt: skip

MODES: dict[str, Any] = {
    rules.HOLDER: _("本人出示"),
    rules.CONSENT: _("经您授权"),
    rules.DUTY: _("依职责查验"),
    rules.SHOW: _("当面亮证"),
    rules.OWN: _("本人下载"),
}
RESULTS: dict[str, Any] = {rules.FACE: _("看了证照内容"), rules.FILE: _("取得了证照文件"), rules.VIEW: _("打开查看一次")}
KNOWN = (
    gettext_lazy("持证人本人提交"), gettext_lazy("持证人出示用证码"), gettext_lazy("持证人当面亮证"), gettext_lazy("持证人确认提供加注件"),
    gettext_lazy("本人留存"), gettext_lazy("持证人制作加注件"), gettext_lazy("持证人本人"), gettext_lazy("现场查验（未登录）"),
)  # fmt: skip
"""Words that the log keeps in Chinese and pages translate."""


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


def faults_of(error: KapokError, field: str = "form") -> list[FieldFault]:
    """What a refusal says, at its fields or at the one given; what is not there stays not there."""
    if isinstance(error, NotHere):
        raise error
    return error.faults if isinstance(error, Invalid) else [FieldFault(field, error.code, error.message())]


def said(faults: Sequence[FieldFault], field: str) -> list[Any]:
    """The sentences that belong to a field."""
    return [fault.says for fault in faults if fault.field == field]


def state_of(facts: LicenceFacts) -> tuple[Any, str, Any]:
    """Label, tone and meaning of a licence's state today."""
    return STATES.get("ahead" if facts.ahead else facts.state, (facts.state, "plain", ""))


def ground_words(use: Use) -> str:
    """On what a use stood, in the reader's language where the words are ours."""
    before, colon, after = use.ground.partition("：")
    if colon and before == "持证人授权":
        return gettext("持证人授权：%s") % after
    return gettext(use.ground) if use.ground else ""


def caller_words(use: Use) -> str:
    """Who used, in the reader's language where the words are ours."""
    return gettext(use.caller)


def day_of(text: str) -> date | None:
    """A day as typed (2026-11-25)."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None


def until_of(text: str) -> datetime | None:
    """The last second of a day as typed."""
    day = day_of(text)
    return clock.end_of(day) if day and day.year < 9000 else None


def whole(text: str, otherwise: int = -1) -> int:
    """A number as typed; `otherwise` where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


@lru_cache(maxsize=256)
def qr_picture(text: str, label: str, level: str = "m") -> Markup:
    """A QR code as inline SVG in black on white, whatever the theme, with its quiet zone."""
    code = segno.make(text, error=level, micro=False)
    size, runs = code.symbol_size(border=4)[0], []
    for y, row in enumerate(code.matrix):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(f"M{start + 4} {y + 4}h{x - start}v1h-{x - start}z")
                start = None
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>'
    ).format(size, label, "".join(runs))


def download(file: StoredFile | None) -> HttpResponse:
    """A kept file as an attachment."""
    if file is None:
        raise NotHere("files.file")
    return file_response(file, open_file(file), inline=False)


def attachment(content: bytes, name: str, media: str) -> HttpResponse:
    """Bytes made for this answer, as an attachment."""
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
