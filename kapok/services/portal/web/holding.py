"""免提交 on the pages: which held licences may stand for a material, and which was chosen."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kapok.kernel.ui.public import FieldView, Option
from kapok.services.items.public import Material
from kapok.support.licences.public import LicenceFacts

UPLOAD = "upload"
Held = Mapping[str, Sequence[LicenceFacts]]
"""Licences that may be used, by the material's key."""


def name_of(material: Material) -> str:
    """The name of the question that asks whether a held licence is used."""
    return f"licence-{material.key}"


def says(licence: LicenceFacts) -> str:
    """A licence in one line."""
    until = _("有效期至%(day)s") % {"day": f"{licence.valid_to:%Y-%m-%d}"} if licence.valid_to else _("长期有效")
    return f"{licence.name} {licence.number} · {licence.issuer_name} · {until}"


def choice(material: Material, held: Sequence[LicenceFacts], given: Mapping[str, Any] | None) -> FieldView:
    """Use one of the licences, or upload; what was chosen before stays, else the first licence is offered."""
    chosen = str(held[0].id)
    if given is not None:
        chosen = str(given.get("licence") or UPLOAD)
    options = [*(Option(str(each.id), says(each)) for each in held), Option(UPLOAD, _("不使用电子证照，上传文件"))]
    return FieldView(
        name=name_of(material), label=material.name, kind="radios", value=chosen, options=options,
        hint=_("您已持有这类电子证照，可以免提交。使用情况会记录在“我的证照”，您随时可以查看。"), source=_("来自您的电子证照"),
    )  # fmt: skip


def chosen(posted: Mapping[str, str], materials: Sequence[Material], held: Held) -> Iterator[tuple[Material, LicenceFacts]]:
    """The materials for which a held licence was chosen."""
    for material in materials:
        wanted = posted.get(name_of(material), "")
        for each in held.get(material.key, ()):
            if str(each.id) == wanted:
                yield material, each
