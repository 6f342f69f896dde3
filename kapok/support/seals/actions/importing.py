"""Seals made elsewhere taken in (导入): each row verified first, wrong ones listed with their code, none ever signed again.

A ZIP holds seals (`*.esl`, SES) or certificates with pictures (`name.cer` and `name.png`). The owner is known by the credit code in
the certificate, and must stand within the reach of who imports.
"""

import zipfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.db import IntegrityError, transaction

from kapok.kernel.access.public import scope_of
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import Invalid
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs.public import NoSuchOrg, Org, org_by_uscc
from kapok.support.seals import rules
from kapok.support.seals.access import may_in
from kapok.support.seals.actions.checking import Found, Wrong, certificate_of, seal_of
from kapok.support.seals.actions.steps import fault
from kapok.support.seals.events import SealsImported
from kapok.support.seals.models import Seal, SealImport, SealStep, SealVersion
from kapok.support.seals.verifying.trust import Trust, node_trust

MOST_ROWS, MOST_BYTES, MOST_ONE = 2000, 200 * 1024 * 1024, 4 * 1024 * 1024
ENDS = {"证照专用章": "licence", "审批专用章": "approval", "专用章": "approval"}


@dataclass(frozen=True)
class ImportRow:
    """One row as it came: its name in the file, and its parts."""

    name: str
    seal: bytes = field(default=b"", repr=False)
    certificate: bytes = field(default=b"", repr=False)
    picture: bytes = field(default=b"", repr=False)


def rows_of(content: bytes) -> list[ImportRow]:
    """The rows of a ZIP, by name; Invalid where it is none, or too large."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = dict(_read(archive))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Invalid([fault("file", "seals.import_list")]) from None
    if not 1 <= len(parts) <= MOST_ROWS * 2:
        raise Invalid([fault("file", "seals.import_list")])
    rows = [ImportRow(name, seal=data) for name, data in parts.items() if name.endswith(".esl")]
    for name, data in parts.items():
        stem = name.rsplit(".", 1)[0]
        if name.endswith((".cer", ".crt", ".der")):
            rows.append(ImportRow(name, certificate=data, picture=parts.get(f"{stem}.png", b"")))
    if not rows:
        raise Invalid([fault("file", "seals.import_list")])
    return sorted(rows, key=lambda row: row.name)


def _read(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    total = 0
    for entry in archive.infolist()[: MOST_ROWS * 2 + 1]:
        path = PurePosixPath(entry.filename.lower())
        if entry.is_dir() or path.suffix not in (".esl", ".cer", ".crt", ".der", ".png"):
            continue
        with archive.open(entry) as part:
            data = part.read(MOST_ONE + 1)
        total += len(data)
        if len(data) > MOST_ONE or total > MOST_BYTES:
            raise Invalid([fault("file", "seals.import_list")])
        yield str(path), data


def import_seals(name: str, content: bytes, *, by: By, trust: Trust | None = None) -> SealImport:
    """Take in the seals of a ZIP: what holds is kept, what is wrong is listed by row; said again, a seal that is here is a duplicate.

    All are judged before the transaction that takes them in.
    """
    rows, at, known = rows_of(content), clock.now(), trust or node_trust()
    return _take_in(name, [(row.name, _judged(row, known, at)) for row in rows], at, by=by)


def _judged(row: ImportRow, trust: Trust, at: datetime) -> Found | Wrong:
    try:
        return seal_of(row.seal, trust, at) if row.seal else certificate_of(row.certificate, row.picture, trust, at)
    except Wrong as wrong:
        return wrong


@action("seals.import")
def _take_in(name: str, judged: list[tuple[str, Found | Wrong]], at: datetime, *, by: By) -> SealImport:
    told = [_row(each, found, by) for each, found in judged]
    wrong = sum(1 for line in told if line["code"])
    scope = next((line.pop("scope") for line in told if line.get("scope")), 0)
    for line in told:
        line.pop("scope", None)
    made = SealImport.objects.create(
        id=uuid7(), name=name[:120], scope=scope, account=by.ref.account, at=at, taken=len(told) - wrong, wrong=wrong, rows=told
    )  # fmt: skip
    record(by, SealsImported(made.taken, made.wrong), about=made.id, kind="seal_import")
    return made


def _row(name: str, found: Found | Wrong, by: By) -> dict[str, Any]:
    """What became of one row."""
    line: dict[str, Any] = {"name": name, "code": "", "found": "", "seal": "", "title": "", "owner": ""}
    try:
        if isinstance(found, Wrong):
            raise found
        line |= {"title": found.name, "owner": found.uscc}
        office = _owner(found, by)
        line["owner"] = office.name
        kept = _keep(found, office, by)
    except Wrong as wrong:
        return line | {"code": wrong.code, "found": wrong.found}
    return line | {"seal": str(kept.id), "scope": kept.scope}


def _owner(found: Found, by: By) -> Org:
    if not found.uscc:
        raise Wrong("no_owner")
    try:
        office = org_by_uscc(found.uscc)
    except NoSuchOrg:
        raise Wrong("owner_unknown", found.uscc) from None
    if office.dissolved_on is not None or not may_in(by, "seals.import", scope_of(office.id, office.region_id)):
        raise Wrong("owner_unknown", found.uscc)
    return office


def _keep(found: Found, office: Org, by: By) -> Seal:
    if Seal.objects.filter(es_id=found.es_id).exists() or SealVersion.objects.filter(der_sm3=found.digest).exists():
        raise Wrong("duplicate", found.es_id)
    kind, now = _kind(found), clock.now()
    holder = found.name[-20:] if kind in ("personal", "department") else ""
    seal = Seal(
        es_id=found.es_id[:40], kind=kind, name=found.name[:80], holder=holder, org=office, scope=scope_of(office.id, office.region_id),
        region=office.region_id, state=rules.IN_USE, version=1, origin="imported", applied_at=now, moved_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        raise Wrong("one_active", rules.kinds()[kind].name) from None
    SealVersion.objects.create(
        id=uuid7(), seal=seal, number=1, name=seal.name, der=found.der, der_sm3=found.digest, picture=found.picture, width=found.width,
        height=found.height, certificate=found.certificate, chain=[b64encode(one).decode() for one in found.chain],
        valid_from=found.valid_from, valid_to=found.valid_to, made_at=now,
    )  # fmt: skip
    SealStep.objects.create(
        seal=seal, round=1, step="import", before="", after=rules.IN_USE, account=by.ref.account, doer=by.ref.label, org_id=by.ref.org,
        reason="外部印章导入", at=now,
    )  # fmt: skip
    return seal


def _kind(found: Found) -> str:
    """The kind a seal made elsewhere is listed under."""
    if found.type == rules.kinds()["personal"].type:
        return "personal"
    return next((kind for ending, kind in ENDS.items() if found.name.endswith(ending)), "agency")
