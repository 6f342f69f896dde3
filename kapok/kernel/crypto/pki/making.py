"""Making the node's authorities and own certificates: at set-up what is missing, at a rotation the next generation."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto import queries
from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.custody.kinds import custody_named
from kapok.kernel.crypto.custody.signing import create_key, signer
from kapok.kernel.crypto.models import Authority, IssuedCertificate, TrustRoot
from kapok.kernel.crypto.pki import storage
from kapok.kernel.crypto.pki.held import Held, OwnAuthority, changed, held
from kapok.kernel.crypto.pki.plan import AUTHORITIES, PURPOSES, ROOT, SERVICES, AuthorityPlan, ServicePlan, lifetime, place, subject_of
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.issuing import WantedCertificate, issue_certificate
from kapok.kernel.crypto.x509.keys import spki_of

_CA_USAGES = ("key_cert_sign", "crl_sign", "digital_signature")


def ensure_pki(say: Callable[[str], None] = lambda _line: None) -> None:
    """See that the node has its two roots, the authorities below and its own certificates; what is there is left as it is."""
    with storage.in_person(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(queries.PKI_LOCK)
        now = held()
        if not now.authorities:
            _adopt()
            now = held()
        made = [plan for plan in AUTHORITIES if not _has(now, plan)]
        for plan in made:
            make_authority(plan)
        services = [plan for plan in SERVICES if plan.purpose not in now.services]
        for service in services:
            make_service(service)
        if made or services:
            say(f"certificates: {len(made)} authorities and {len(services)} own certificates made")


def _has(now: Held, plan: AuthorityPlan) -> bool:
    return any((a.algorithm, a.role) == (plan.algorithm, plan.role) and not a.retired for a in now.authorities.values())


def make_authority(plan: AuthorityPlan) -> UUID:
    """A new generation of an authority, issued by the root that issues now; the one before it is retired."""
    now, found = held(), uuid7()
    generation = 1 + max(
        (a.generation for a in now.authorities.values() if (a.algorithm, a.role) == (plan.algorithm, plan.role)), default=0
    )
    root = None if plan.role == ROOT else now.authority(plan.algorithm, ROOT)
    label = f"pki/{plan.algorithm}-{plan.role}-{found.hex}"
    public = create_key(label, plan.algorithm, storage.custody())
    begins, ends = lifetime() if root is None else (root.valid_from, root.valid_to)
    wanted = WantedCertificate(
        subject_of(plan.title, generation),
        public,
        begins,
        ends,
        _CA_USAGES,
        ca=True,
        depth=None if root is None else 0,
        crl_urls=() if root is None else (place("crl", f"{root.id}.crl"),),
        ca_urls=() if root is None else (place("ca", f"{root.id}.cer"),),
        ocsp_urls=() if root is None else (place("ocsp"),),
    )
    by = root.signer() if root else signer(label, b"", (), storage.custody())
    certificate = issue_certificate(wanted, signer=by, issuer=root.certificate if root else None)
    row = _authority_row(found, plan, generation, label, certificate, root.id if root else None)
    _write_authorities([row])
    if root is not None:
        _write_certificates([_certificate_row(uuid7(), root.id, "authority", "", certificate)])
    changed(lambda: storage.write_copy([row]))
    return found


def make_service(plan: ServicePlan) -> UUID:
    """A new key and certificate of the node itself for a purpose; the one before it stays valid and is used no more."""
    purpose, found = PURPOSES[plan.purpose], uuid7()
    authority = held().authority(purpose.algorithm, purpose.role)
    label = f"pki/own-{plan.purpose.replace('_', '-')}-{found.hex}"
    public = create_key(label, purpose.algorithm, storage.custody())
    generation = IssuedCertificate.objects.filter(purpose=plan.purpose).exclude(label="").count() + 1
    begins, ends = authority.valid_from, authority.valid_to
    certificate = sign_for(authority, plan.purpose, subject_of(plan.title, generation), public, begins, ends)
    row = _certificate_row(found, authority.id, plan.purpose, label, certificate)
    _write_certificates([row])
    changed(lambda: storage.write_copy([row]))
    return found


def sign_for(authority: OwnAuthority, purpose: str, subject: dict[str, str], public: bytes, begins: datetime, ends: datetime) -> bytes:
    """A certificate of that purpose by that authority; nothing is written down."""
    plan = PURPOSES[purpose]
    wanted = WantedCertificate(
        subject,
        public,
        max(begins, authority.valid_from),
        min(ends, authority.valid_to),
        plan.usages,
        plan.extended,
        crl_urls=(place("crl", f"{authority.id}.crl"),),
        ca_urls=(place("ca", f"{authority.id}.cer"),),
        ocsp_urls=(place("ocsp"),),
    )
    return issue_certificate(wanted, signer=authority.signer(), issuer=authority.certificate)


def rotate(which: str) -> list[str]:
    """Make the next generation of `sm2/seal` (an authority) or of `timestamp` (an own certificate), and of what hangs below it.

    Old ones go on being trusted: what they signed stays verifiable. Names what was made.
    """
    with storage.in_person(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(queries.PKI_LOCK)
        algorithm, _, role = which.partition("/")
        if role:
            authorities = [p for p in AUTHORITIES if p.algorithm == algorithm and (p.role == role or role == ROOT)]
            roles = {p.role for p in authorities}
            services = [s for s in SERVICES if PURPOSES[s.purpose].algorithm == algorithm and PURPOSES[s.purpose].role in roles]
        else:
            authorities, services = [], [s for s in SERVICES if s.purpose == which]
        if not authorities and not services:
            raise ValueError(f"no authority or own certificate is called {which!r}")
        for plan in authorities:
            make_authority(plan)
        for service in services:
            make_service(service)
    return [f"{p.algorithm}/{p.role}" for p in authorities] + [s.purpose for s in services]


def _adopt() -> None:
    """Take up the certificates whose keys are there (a new database for the same node)."""
    rows = [row for row in storage.read_copy() if _key_is_there(row)]
    known: set[str] = set()
    authorities = []
    for row in (r for r in rows if r["kind"] == "authority"):
        if row["above"] is None or row["above"] in known:
            known.add(row["id"])
            authorities.append(row)
    if authorities:
        _write_authorities(authorities)
        services = [r for r in rows if r["kind"] == "certificate" and r["above"] in known]
        cas = [_certificate_row(uuid7(), UUID(a["above"]), "authority", "", a["certificate"]) for a in authorities if a["above"]]
        _write_certificates([*services, *cas])
        changed()


def _key_is_there(row: dict[str, Any]) -> bool:
    found = custody_named(storage.custody()).find(row["label"])
    return found is not None and spki_of(found.public) == read_certificate(row["certificate"]).key.spki


def _authority_row(found: UUID, plan: AuthorityPlan, generation: int, label: str, certificate: bytes, root: UUID | None) -> dict[str, Any]:
    return {
        "kind": "authority", "id": str(found), "algorithm": plan.algorithm, "role": plan.role, "generation": generation,
        "label": label, "certificate": certificate, "above": str(root) if root else None,
    }  # fmt: skip


def _certificate_row(found: UUID, authority: UUID, purpose: str, label: str, certificate: bytes) -> dict[str, Any]:
    return {
        "kind": "certificate", "id": str(found), "purpose": purpose, "label": label, "certificate": certificate, "above": str(authority)
    }  # fmt: skip


def _write_authorities(rows: list[dict[str, Any]]) -> None:
    """New authorities issue from now on: older generations of the same role are retired. Roots are trusted."""
    now = clock.wall()
    made = []
    for row in rows:
        facts = read_certificate(row["certificate"])
        made.append(
            Authority(
                id=UUID(row["id"]),
                algorithm=row["algorithm"],
                role=row["role"],
                generation=row["generation"],
                label=row["label"],
                certificate=row["certificate"],
                issuer_id=UUID(row["above"]) if row["above"] else None,
                valid_from=facts.valid_from,
                valid_to=facts.valid_to,
                made_at=now,
            )
        )
    Authority.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute(queries.RETIRE_OLDER, [now])
    trust([row["certificate"] for row in rows if row["role"] == ROOT], "any", own=True)


def _write_certificates(rows: list[dict[str, Any]]) -> None:
    IssuedCertificate.objects.bulk_create(
        issued_row(row["id"], row["above"], row["purpose"], row["label"], row["certificate"]) for row in rows
    )


def issued_row(found: str | UUID, authority: str | UUID, purpose: str, label: str, certificate: bytes) -> IssuedCertificate:
    facts = read_certificate(certificate)
    return IssuedCertificate(
        id=UUID(str(found)), authority_id=UUID(str(authority)), serial=facts.serial_text, purpose=purpose, subject=facts.subject,
        label=label, certificate=certificate, valid_from=facts.valid_from, valid_to=facts.valid_to, made_at=clock.wall(),
    )  # fmt: skip


def trust(certificates: list[bytes], purpose: str, *, own: bool = False) -> None:
    """Trust roots for a purpose; one that is trusted for it already is left as it is."""
    now = clock.wall()
    rows = [
        TrustRoot(id=uuid7(), purpose=purpose, sm3=sm3(der), name=read_certificate(der).subject, certificate=der, own=own, added_at=now)
        for der in certificates
    ]
    if rows:
        TrustRoot.objects.bulk_create(rows, ignore_conflicts=True)
        changed()


def distrust(certificate: bytes, purpose: str) -> None:
    """Trust a root no longer for a purpose: chains that lead to it become UNTRUSTED."""
    TrustRoot.objects.filter(purpose=purpose, sm3=sm3(certificate), removed_at__isnull=True).update(removed_at=clock.wall())
    changed()
