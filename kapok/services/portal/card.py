"""System 7, 省政务服务集约化平台."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.regions.public import find_region
from kapok.kernel.ui.public import CITIZEN, Entry, Link, menu, shell_parts

HOT = ("居住证", "食品经营许可", "个体工商户", "护士执业", "临时救助")


def region_part(request: object) -> dict[str, str]:
    """The region the visitor looks at, and where to change it."""
    code = request.COOKIES.get("region", "")  # type: ignore[attr-defined]  # an HttpRequest
    place = find_region(code) if code.isdigit() and len(code) == 12 else None
    return {"name": place.name if place else "广东省", "url": reverse("portal:regions")}


shell_parts.put("region", region_part)
shell_parts.put(
    "search", lambda request: {"url": reverse("portal:search"), "hot": [Link(word, f"{reverse('portal:search')}?q={word}") for word in HOT]}
)
for number, (title, name, icon) in enumerate(
    [(_("个人"), "portal:persons", "user"), (_("法人"), "portal:companies", "building"), (_("部门"), "portal:agencies", "building-bank"),
     (_("主题"), "portal:themes", "category")]
):  # fmt: skip
    menu.add(Entry(title, name, CITIZEN, icon=icon, order=number * 10 + 10))
menu.add(Entry(_("首页"), "portal:home", CITIZEN, icon="home", order=1, place="tab"))
menu.add(Entry(_("办事"), "portal:search", CITIZEN, icon="search", order=2, place="tab"))
menu.add(Entry(_("我的"), "portal:mine", CITIZEN, icon="user", order=9, place="tab"))
menu.add(Entry(_("我的办件"), "portal:mine", CITIZEN, icon="file-text", order=1, place="mine"))
