"""制作: keys in custody, certificates, the picture, the seal itself (SESeal v4), signed by its maker.

Drawing, keys and certificates are made before the transaction that takes the step: none of them waits in it.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import (
    SealSpec,
    create_key,
    destroy_key,
    issue_for,
    make_seal,
    read_certificate,
    revoke_certificate,
    seal_maker,
    sm3,
)
from kapok.kernel.files.public import StoredFile
from kapok.kernel.journal.public import action
from kapok.support.seals import rules
from kapok.support.seals.access import seal_for
from kapok.support.seals.actions.renewing import renewed
from kapok.support.seals.actions.steps import check_reason, hand_of, owner_of, step
from kapok.support.seals.models import Seal, SealStep, SealVersion
from kapok.support.seals.rules.drawing import draw
from kapok.support.seals.rules.picture import png_of


@dataclass(frozen=True)
class Made:
    """A version ready to be kept."""

    name: str
    der: bytes
    picture: bytes
    drawing: str
    width: float
    height: float
    key: str
    certificate: bytes
    chain: tuple[bytes, ...]
    pdf_key: str
    pdf_certificate: bytes
    pdf_chain: tuple[bytes, ...]
    valid_from: datetime
    valid_to: datetime


def make_seal_of(seal_id: UUID, *, reason: str, file: StoredFile | None = None, by: By) -> Seal:
    """Make an approved seal (制作)."""
    seal = seal_for(by, seal_id, "seals.make")
    check_reason(reason)
    _may(seal, "make", by)
    return _keep_made(seal_id, _made(seal, seal.name), reason=reason, file=file, by=by)


def carry_out_change(seal_id: UUID, *, reason: str, file: StoredFile | None = None, by: By) -> Seal:
    """Carry out an approved change: a new version under a new certificate, or the destruction of the seal and its keys."""
    seal = seal_for(by, seal_id, "seals.make")
    check_reason(reason)
    _may(seal, "carry_out", by)
    if seal.change_kind == rules.DESTROY:
        return _destroyed(seal_id, reason=reason, file=file, by=by)
    return _keep_changed(seal_id, _made(seal, seal.change_name or seal.name), reason=reason, file=file, by=by)


@action("seals.make")
def _keep_made(seal_id: UUID, made: Made, *, reason: str, file: StoredFile | None, by: By) -> Seal:
    seal = seal_for(by, seal_id, "seals.make", lock=True)
    _keep(seal, made)
    return step(seal, "make", reason=reason, file=file, by=by, fields=("version", "custody"))


@action("seals.carry_out_change")
def _keep_changed(seal_id: UUID, made: Made, *, reason: str, file: StoredFile | None, by: By) -> Seal:
    seal = seal_for(by, seal_id, "seals.make", lock=True)
    old = version_of(seal)
    _keep(seal, made)
    seal.name, seal.change_kind, seal.change_name = made.name, "", ""
    fields = ("version", "custody", "name", "change_kind", "change_name")
    seal = step(seal, "carry_out", reason=reason, file=file, by=by, fields=fields)
    _revoke(old, "superseded")
    renewed(seal, by)
    return seal


@action("seals.destroy")
def _destroyed(seal_id: UUID, *, reason: str, file: StoredFile | None, by: By) -> Seal:
    """Old documents keep their verdict: the certificate is revoked from today, the key is gone."""
    seal = seal_for(by, seal_id, "seals.make", lock=True)
    seal = step(seal, "carry_out", reason=reason, file=file, by=by)
    seal.state, seal.change_kind = rules.DESTROYED, ""
    seal.save(update_fields=["state", "change_kind"])
    _revoke(version_of(seal), "cessation")
    labels = [one for pair in SealVersion.objects.filter(seal=seal).exclude(key="").values_list("key", "pdf_key") for one in pair if one]
    transaction.on_commit(lambda: _destroy_keys(labels, seal.custody or None))  # no way back: only once it is sure
    return seal


def _destroy_keys(labels: list[str], custody: str | None) -> None:
    for label in labels:
        destroy_key(label, custody)


def version_of(seal: Seal, number: int = 0) -> SealVersion:
    """A version of a seal, the one in use if none is named."""
    found = SealVersion.objects.filter(seal=seal, number=number or seal.version).first()
    if found is None:
        raise NotHere("seals.version", id=str(seal.id))
    return found


def chain_of(stored: list[str]) -> tuple[bytes, ...]:
    """Issuers' certificates as they are kept."""
    return tuple(b64decode(one) for one in stored)


def _may(seal: Seal, key: str, by: By) -> None:
    hands = SealStep.objects.filter(seal=seal, round=seal.round).values_list("step", "account", "doer")
    done = [(name, str(account or doer)) for name, account, doer in hands]
    rules.may_step(rules.steps()[key], state=seal.state, change=seal.change, hand=hand_of(by), hands=done, with_file=True).or_raise()


def _made(seal: Seal, name: str) -> Made:
    kind, number = rules.kinds()[seal.kind], seal.version + 1
    drawing = draw(kind, owner=owner_of(seal), line=kind.line, number=seal.es_id if kind.shape == "round" else "")
    picture = png_of(kind, drawing)
    at = clock.now()
    until = at + timedelta(days=365 * rules.number("valid_years"))
    custody = custody_of(seal) or None
    key, pdf_key = f"seal/{seal.id}/{number}", f"seal/{seal.id}/{number}/pdf"
    subject = {"C": "CN", "O": seal.org.name, "CN": name}
    if seal.org.uscc:
        subject["organizationIdentifier"] = seal.org.uscc
    certificate, chain = issue_for("seal", subject, create_key(key, "sm2", custody), at=at, valid_to=until)
    pdf_certificate, pdf_chain = issue_for("pdf_seal", subject, create_key(pdf_key, "ecdsa", custody), at=at, valid_to=until)
    until = min(until, *(read_certificate(one).valid_to for one in (certificate, pdf_certificate)))
    spec = SealSpec(
        es_id=seal.es_id, name=name, kind=kind.type, certs=(certificate,), created=at, valid_from=at, valid_to=until, picture=picture,
        width=round(kind.width), height=round(kind.height),
    )  # fmt: skip
    der = make_seal(spec, seal_maker())
    return Made(
        name, der, picture, drawing, kind.width, kind.height, key, certificate, tuple(chain), pdf_key, pdf_certificate,
        tuple(pdf_chain), at, until,
    )  # fmt: skip


def custody_of(seal: Seal) -> str:
    """Where a seal's keys are, or the first of them will be; empty: wherever the node keeps its keys."""
    return seal.custody if seal.version else str(settings.KAPOK_SEAL_CUSTODY)


def _keep(seal: Seal, made: Made) -> None:
    seal.custody = custody_of(seal)
    seal.version += 1
    SealVersion.objects.create(
        id=uuid7(), seal=seal, number=seal.version, name=made.name, der=made.der, der_sm3=sm3(made.der), picture=made.picture,
        drawing=made.drawing, width=made.width, height=made.height, key=made.key, certificate=made.certificate,
        chain=[b64encode(one).decode() for one in made.chain], pdf_key=made.pdf_key, pdf_certificate=made.pdf_certificate,
        pdf_chain=[b64encode(one).decode() for one in made.pdf_chain], valid_from=made.valid_from, valid_to=made.valid_to,
        made_at=clock.now(),
    )  # fmt: skip


def _revoke(version: SealVersion, reason: str) -> None:
    at = clock.now()
    for certificate in (version.certificate, version.pdf_certificate):
        if certificate and version.key:
            revoke_certificate(bytes(certificate), at=at, reason=reason)
    version.revoked_at = at
    version.save(update_fields=["revoked_at"])
