"""For operators: authorities and own certificates, seals' certificates that end soon, lists, and whether custody answers."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import guard
from kapok.kernel.common import clock
from kapok.kernel.crypto.public import custody_health, expiring_certificates, pki_overview, read_certificate, sm2_provider
from kapok.kernel.ui.public import render
from kapok.support.seals.queries.seals import counts

ROLES = {
    "root": gettext_lazy("根"), "seal": gettext_lazy("印章签发"), "timestamp": gettext_lazy("时间戳签发"), "node": gettext_lazy("节点签发"),
    "seal_maker": gettext_lazy("印章制作"), "oidc": gettext_lazy("统一登录"), "pdf_timestamp": gettext_lazy("时间戳（PDF）"),
    "pdf_seal": gettext_lazy("印章（PDF）"), "person": gettext_lazy("个人"), "authority": gettext_lazy("签发机构"),
    "encrypt": gettext_lazy("加密"),
}  # fmt: skip
PURPOSES = ROLES | {"node": gettext_lazy("节点身份"), "timestamp": gettext_lazy("时间戳")}
"""The node's own certificates: what they are for, not whom they issue for."""


@guard("seals.pki")
def certificates(request: HttpRequest) -> HttpResponse:
    """Everything that may end, break or be away."""
    overview, now = pki_overview(), clock.now()
    authorities = [(each, read_certificate(each.certificate)) for each in overview.authorities]
    services = [(each, read_certificate(each.certificate)) for each in overview.services]
    context = {
        "authorities": authorities, "services": services, "expiring": expiring_certificates(now)[:100], "now_": now, "roles": ROLES,
        "purposes": PURPOSES, "custody": custody_health(), "provider": sm2_provider(), "counts": counts(),
    }  # fmt: skip
    return render(request, "seals/pki.jinja", context)
