"""The states of a licence in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, Any] = {
    "pending": _("待签章"),
    "valid": _("有效"),
    "suspended": pgettext_lazy("state", "暂扣"),
    "expired": _("过期"),
    "changed": _("已变更"),
    "cancelled": pgettext_lazy("state", "注销"),
    "withdrawn": pgettext_lazy("state", "撤销"),
    "revoked": pgettext_lazy("state", "吊销"),
    "transferred": pgettext_lazy("state", "转出"),
}
