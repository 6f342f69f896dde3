"""A signed word on what the store holds of a party at a moment: nothing of a type, or a licence that had ended (15.22)."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asn1crypto import pem

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import canonical
from kapok.kernel.crypto.public import read_certificate, seal, unseal
from kapok.kernel.documents.public import issue_document
from kapok.kernel.journal.public import action, record
from kapok.kernel.nodes.public import this_node
from kapok.kernel.numbers.public import take_text
from kapok.kernel.parties.public import Identity, identity_of
from kapok.kernel.parties.public import party as party_by_id
from kapok.support.licences.actions.using_signing import store_signer
from kapok.support.licences.data import LicenceFacts
from kapok.support.licences.events import StatementMade
from kapok.support.licences.models import Statement
from kapok.support.licences.queries.licences import facts_of_licence, held_by, status_at
from kapok.support.licences.queries.types import published, type_by_code
from kapok.support.licences.queries.using import own_licence, own_statement, party_of
from kapok.support.licences.rules.status import status_table
from kapok.support.licences.rules.using import STATES_OVER

FORM = "kapok-statement-1"
ABOUT = "licences.statement"
ABSENT, ENDED = "absent", "ended"
NOT_HELD = (*STATES_OVER, "expired", "pending")
"""A licence in one of these is not held: what has ended, is past its last day, or was not sealed yet."""


@action("licences.state_absence")
def statement_of_absence(type_code: str, at: datetime | None = None, *, by: Actor) -> Statement:
    """Say, signed, that the party holds no licence of a type in force at a moment; refused (409) where it does."""
    type = type_by_code(type_code) if len(type_code) == 21 else None
    if type is None:
        raise NotHere("licences.type", id=type_code)
    moment, owner = _moment(at), party_of(by)
    if any(each.state not in NOT_HELD for each in held_by(owner, [type_code], moment)):
        raise Refused("licences.statement_held")
    said = {
        "type": {"code": type.code, "name": type.name},
        "finding": "absent",
        "words": f"截至所述时间，{this_node().name}证照登记中没有该主体持有的、有效的“{type.name}”。",
    }
    return _given(ABSENT, f"没有“{type.name}”的证明", owner, said, moment, None, by)


@action("licences.state_end")
def statement_of_end(licence_id: UUID, at: datetime | None = None, *, by: Actor) -> Statement:
    """Say, signed, that a licence of the party had ended at a moment (注销, 撤销, 吊销 …); refused (409) where it had not."""
    row, moment = own_licence(by, licence_id), _moment(at)
    state = status_at(row.id, moment)
    if state not in STATES_OVER:
        raise Refused("licences.statement_not_ended")
    facts, title = facts_of_licence(row), status_table().states[state].title
    said = {
        "type": {"code": facts.type_code, "name": facts.name},
        "licence": {"identifier": facts.identifier, "number": facts.number, "issuer": facts.issuer_name},
        "finding": state,
        "words": f"截至所述时间，证照“{facts.name}”（编号 {facts.number}）的状态为{title}。",
    }
    return _given(ENDED, f"“{facts.name}”{title}证明", party_of(by), said, moment, facts, by)


def _moment(at: datetime | None) -> datetime:
    now = clock.now()
    if at is not None and at > now:
        raise Refused("licences.moment_ahead", 422)
    return at or now


def _given(
    kind: str, title: str, owner: UUID, said: dict[str, Any], moment: datetime, licence: LicenceFacts | None, by: Actor
) -> Statement:
    known = party_by_id(owner)
    if known is None:
        raise NotHere("parties.party", id=owner)
    identity, now, id = identity_of(known), clock.now(), uuid7()
    key = f"ZM{this_node().code[:6]}{clock.local(now):%Y}"
    number = f"{key}{take_text('serial4', key)}"
    body = canonical(
        {"form": FORM, "number": number, "kind": kind, "title": title, "node": this_node().code, "issuer": this_node().name,
         "subject": {"name": identity.name, "number": identity.number, "number_type": identity.number_type},
         "moment": _stamp(moment), "made": _stamp(now), **said}
    )  # fmt: skip
    signer = store_signer()
    paper = issue_document(
        "licences.statement", about_kind="licence_statement", about=id, subject=owner, number=number, by=by,
        data=_paper(title, identity, said, moment, now),
    )  # fmt: skip
    row = Statement.objects.create(
        id=id, kind=kind, party=owner, licence_id=licence.id if licence else None, number=number, title=title, asked_of=moment, made_at=now,
        sealed=seal(owner, body, about=ABOUT), signature=signer.sign(body), certificate=signer.certificate, document=paper.id,
        account=by.account,
    )  # fmt: skip
    record(by, StatementMade(str(row.id), kind, number), about=row.id, kind="licence_statement")
    return row


def _paper(title: str, identity: Identity, said: dict[str, Any], moment: datetime, now: datetime) -> dict[str, Any]:
    return {
        "agency": this_node().name, "issued_on": clock.local(now).date().isoformat(), "recipient": identity.name, "heading": title,
        "subject_number": identity.number, "moment": f"{clock.local(moment):%Y-%m-%d %H:%M:%S}", "words": said["words"],
        "type_name": said["type"]["name"], "type_code": said["type"]["code"],
        "licence_number": said.get("licence", {}).get("number", ""), "licence_identifier": said.get("licence", {}).get("identifier", ""),
    }  # fmt: skip


def text_of(row: Statement) -> bytes:
    """The signed bytes. Unguarded."""
    return unseal(row.party, bytes(row.sealed), about=ABOUT)


def package_of(statement_id: UUID, *, by: Actor) -> tuple[Statement, bytes]:
    """A statement with all that is needed to check it without us: text, signature, certificates, and how; a ZIP, equal at every call."""
    row, signer = own_statement(by, statement_id), store_signer()
    chain = signer.chain if signer.certificate == bytes(row.certificate) else ()
    files = {
        "statement.json": text_of(row),
        "statement.sig": bytes(row.signature),
        "signer.pem": pem.armor("CERTIFICATE", bytes(row.certificate)),
        "public.pem": pem.armor("PUBLIC KEY", public_key_of(bytes(row.certificate))),
        **{f"chain-{n}.pem": pem.armor("CERTIFICATE", each) for n, each in enumerate(chain, 1)},
        "README.txt": HOW.encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in files.items():
            box.writestr(zipfile.ZipInfo(name, clock.local(row.made_at).timetuple()[:6]), content)
    return row, out.getvalue()


HOW = """如何在没有网络时核对这份证明 · How to check this statement without a network

openssl pkeyutl -verify -pubin -inkey public.pem -rawin -digest sm3 -pkeyopt distid:1234567812345678 \\
  -in statement.json -sigfile statement.sig

statement.json 是被签名的原文，statement.sig 是 SM2 签名（DER），signer.pem 是签名证书，chain-*.pem 是它的上级证书。
"""


def public_key_of(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, as DER."""
    return read_certificate(certificate).key.spki


def absent_types() -> list[tuple[str, str]]:
    """The types one may ask about: code and name."""
    return sorted(((each.code, each.name) for each in published()[2].values()), key=lambda pair: pair[1])


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
