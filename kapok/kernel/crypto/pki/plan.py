"""Which authorities and own certificates a node has, and what a certificate of each purpose may do. Data, no flow."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from kapok.kernel.common import clock

ROOT = "root"


@dataclass(frozen=True)
class AuthorityPlan:
    """An authority to have: its kind of keys, its role, and how it is called."""

    algorithm: str
    role: str
    title: str


AUTHORITIES: tuple[AuthorityPlan, ...] = (
    AuthorityPlan("sm2", ROOT, "国密根证书签发机构"),
    AuthorityPlan("sm2", "seal", "电子印章签发机构"),
    AuthorityPlan("sm2", "timestamp", "时间戳签发机构"),
    AuthorityPlan("sm2", "node", "节点签发机构"),
    AuthorityPlan("ecdsa", ROOT, "国际算法根证书签发机构"),
    AuthorityPlan("ecdsa", "seal", "PDF 签章签发机构"),
    AuthorityPlan("ecdsa", "timestamp", "国际算法时间戳签发机构"),
    AuthorityPlan("ecdsa", "node", "国际算法节点签发机构"),
)
"""Roots first: each role is issued by the root of its algorithm."""


@dataclass(frozen=True)
class PurposePlan:
    """What `issue_for` makes for a purpose: by which authority, for what use, for how many years unless asked otherwise."""

    algorithm: str
    role: str
    usages: tuple[str, ...] = ("digital_signature", "content_commitment")
    extended: tuple[str, ...] = ()
    years: int = 5


_PAPERS = ("document_signing", "email_protection")
"""Whoever may seal papers may not make seals; the second is what PDF readers ask for."""

PURPOSES: dict[str, PurposePlan] = {
    "seal": PurposePlan("sm2", "seal", extended=_PAPERS),
    "person": PurposePlan("sm2", "seal", extended=_PAPERS),
    "seal_maker": PurposePlan("sm2", "seal", years=20),
    "timestamp": PurposePlan("sm2", "timestamp", extended=("time_stamping",), years=20),
    "node": PurposePlan("sm2", "node", ("digital_signature",), ("client_auth", "server_auth"), years=20),
    "encrypt": PurposePlan("sm2", "node", ("key_encipherment", "data_encipherment")),
    "pdf_seal": PurposePlan("ecdsa", "seal", extended=_PAPERS),
    "pdf_person": PurposePlan("ecdsa", "seal", extended=_PAPERS),
    "pdf_timestamp": PurposePlan("ecdsa", "timestamp", extended=("time_stamping",), years=20),
    "oidc": PurposePlan("ecdsa", "node", ("digital_signature",), years=20),
}


@dataclass(frozen=True)
class ServicePlan:
    """A certificate of the node itself, with a key of its own in custody."""

    purpose: str
    title: str


SERVICES: tuple[ServicePlan, ...] = (
    ServicePlan("seal_maker", "电子印章制作中心"),
    ServicePlan("timestamp", "时间戳服务中心"),
    ServicePlan("node", "政务服务平台"),
    ServicePlan("pdf_timestamp", "国际算法时间戳服务中心"),
    ServicePlan("oidc", "统一登录服务"),
)

YEARS_OF_A_ROOT = 25


def lifetime() -> tuple[datetime, datetime]:
    """From when to when the node's authorities hold: a sandbox plays its story in years that have passed and that will come."""
    if settings.KAPOK_MODE == "production":
        begins = clock.now().replace(microsecond=0) - timedelta(minutes=5)
        return begins, begins + timedelta(days=365 * YEARS_OF_A_ROOT)
    return datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 12, 31, 23, 59, 59, tzinfo=UTC)


def subject_of(title: str, generation: int) -> dict[str, str]:
    """How an authority or own certificate is named, by the node's name as people read it; one of a demonstration says so."""
    name, demonstration = str(settings.KAPOK_NODE_NAME), "" if settings.KAPOK_MODE == "production" else "（演示）"
    number = f" G{generation}" if generation > 1 else ""
    return {"C": "CN", "O": name, "CN": f"{name}{title}{demonstration}{number}"}


def place(kind: str, of: object = "") -> str:
    """The address under which certificates say that something is published."""
    return f"{settings.KAPOK_PKI_URL}/{kind}{f'/{of}' if of else ''}"
