"""Which roles include which deeds. Cards of apps add theirs; nobody lists them by hand."""

from django.utils.translation import gettext_lazy as _

ROLES = {
    "clerk": _("窗口人员"),
    "approver": _("审批人员"),
    "leader": _("负责人"),
    "editor": _("事项编辑"),
    "reviewer": _("事项审核"),
    "admin": _("管理员"),
    "operator": _("运维"),
    "auditor": _("审计"),
}

_deeds: dict[str, tuple[str, ...]] = {}


def register_deeds(deeds: dict[str, tuple[str, ...]]) -> None:
    """Add an app's deeds with the roles that include them; an unknown role is a mistake of the card."""
    for deed, roles in deeds.items():
        unknown = set(roles) - set(ROLES)
        if unknown:
            raise ValueError(f"{deed}: unknown roles {sorted(unknown)}")
        _deeds[deed] = roles


def roles_for(deed: str) -> tuple[str, ...]:
    return _deeds.get(deed, ())


def deeds() -> dict[str, tuple[str, ...]]:
    """All deeds, for the matrix of roles."""
    return dict(_deeds)
