"""A licence as paper: composed by its type's own layout; the same pages become OFD, PDF and preview."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kapok.kernel.common import clock
from kapok.kernel.ofd import public as ofd
from kapok.support.licences.data import HolderFacts, TypeFacts
from kapok.support.licences.models import Licence
from kapok.support.licences.queries.licences import holders_in, opened
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.rules.metadata import custom_data
from kapok.support.licences.rules.paper import SEAL, paper_data


@dataclass(frozen=True)
class Paper:
    """A licence ready to be written as a file; the seal's place is free."""

    document: ofd.OfdDocument
    seal: ofd.Anchor
    holders: tuple[HolderFacts, ...] = ()


def paper_of(row: Licence, *, signed_at: datetime, qr: str, seal: str, notes: Mapping[str, str] | None = None) -> Paper:
    """The paper of an issued licence. `notes` are further metadata (of a 加注件)."""
    type, data = type_version(row.type_version_id), opened(row)
    holders, issued_on = holders_in(data), clock.local(row.issued_at).date()
    drawing = composed(type, data["values"], holders, row, qr=qr)
    custom = custom_data(
        type, data["values"], holders, number=row.number, identifier=row.identifier, issuer=row.issuer_name, issuer_code=row.issuer_code,
        issued_on=issued_on, valid_from=row.valid_from, valid_to=row.valid_to, signed_at=clock.local(signed_at), seal=seal,
    )  # fmt: skip
    info = ofd.DocInfo(title=type.name, created_at=clock.local(signed_at), author=row.issuer_name, subject=row.number, creator="Kapok")
    tags = tuple(ofd.Tag(each.key, data["values"].get(each.key, "")) for each in type.fields)
    document = ofd.document_of(drawing, info, custom=custom | dict(notes or {}), tags=tags)
    return Paper(document, anchor_of(drawing), tuple(holders))


def composed(type: TypeFacts, values: Mapping[str, str], holders: list[HolderFacts], row: Licence, *, qr: str) -> ofd.Drawing:
    """The pages of a licence."""
    data = paper_data(
        type, values, holders, number=row.number, identifier=row.identifier, issuer=row.issuer_name, issuer_code=row.issuer_code,
        issued_on=clock.local(row.issued_at).date(), valid_from=row.valid_from, valid_to=row.valid_to, version=row.version, qr=qr,
    )  # fmt: skip
    return ofd.compose(dict(type.layout), data, {})


def anchor_of(drawing: ofd.Drawing) -> ofd.Anchor:
    """Where the seal stands: the layout's anchor, else the lower right of the last page."""
    found = drawing.anchors.get(SEAL)
    last = drawing.pages[-1]
    return found or ofd.Anchor(len(drawing.pages), last.width - 70, last.height - 70, 42.0, 42.0)


def drawing_of(row: Licence, qr: str = "") -> ofd.Drawing:
    """The pages of an issued licence as they look (without the seal)."""
    data = opened(row)
    return composed(type_version(row.type_version_id), data["values"], holders_in(data), row, qr=qr)


def preview(
    type: TypeFacts,
    values: Mapping[str, str],
    *,
    issuer: str,
    issuer_code: str = "",
    number: str = "（签发时生成）",
    holder: HolderFacts | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> ofd.Drawing:
    """How a licence would look: for 制证 preview before the decision and for the types' editor. Nothing is stored."""
    today = clock.today()
    data: dict[str, Any] = paper_data(
        type, values, [holder] if holder else [], number=number, identifier="1.2.156.3005.2.……", issuer=issuer, issuer_code=issuer_code,
        issued_on=today, valid_from=valid_from or today, valid_to=valid_to, version=1, qr="preview",
    )  # fmt: skip
    return ofd.compose(dict(type.layout), data, {})
