"""Status lists for readers without a network: signed, one an issuing body, made anew by the hour and when a licence ends (15.20)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import canonical
from kapok.kernel.journal.public import action, record
from kapok.support.licences.actions.using_signing import store_signer
from kapok.support.licences.events import StatusListMade
from kapok.support.licences.models import Licence, StatusList
from kapok.support.licences.rules import using as rules
from kapok.support.licences.rules.using_offline import CODES, certificates_of, list_file, list_to_sign, pack_entries

KEPT = 3
"""Numbers of a list that stay; readers carry their own."""


_ISSUERS = """
with recursive body as (
  select min(issuer_code) as code from licences_licence where issuer_code > ''
  union all select (select min(issuer_code) from licences_licence where issuer_code > body.code) from body where body.code is not null)
select code from body where code is not null
"""  # from one body to the next by the index, not over every licence
_ALONE = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"


def issuers() -> list[str]:
    """The credit codes of the bodies whose licences are here."""
    with connection.cursor() as cursor:
        cursor.execute(_ISSUERS)
        return [row[0] for row in cursor.fetchall()]


@action("licences.make_status_list")
def make_status_list(issuer: str, *, by: By) -> StatusList:
    """Sign the present list of an issuing body and publish it; its day begins now."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [f"licences.status_list/{issuer}"])
    ended = Licence.objects.filter(issuer_code=issuer, state__in=list(CODES)).values_list("identifier", "state")
    entries = pack_entries(ended.iterator(chunk_size=10_000))
    number = (StatusList.objects.filter(issuer=issuer).aggregate(last=Max("number"))["last"] or 0) + 1
    made_at = clock.now()
    ends_at = made_at + timedelta(hours=rules.terms()["status_list"]["hours"])
    signer = store_signer()
    signed = list_to_sign(issuer, number, made_at, ends_at, entries)
    certificates = dict.fromkeys((signer.certificate, *signer.chain, *_earlier(issuer)))
    content = list_file(signed, signer.sign(canonical(signed)), tuple(certificates))
    row = StatusList.objects.create(id=uuid7(), issuer=issuer, number=number, made_at=made_at, ends_at=ends_at, content=content)
    StatusList.objects.filter(issuer=issuer, number__lte=number - KEPT).delete()
    record(by, StatusListMade(issuer, number, signed["count"]), about=row.id, kind="status_list")
    return row


def _earlier(issuer: str) -> tuple[bytes, ...]:
    """The certificates of the list before: codes printed under a key that was renewed since are still read."""
    row = StatusList.objects.filter(issuer=issuer).order_by("-number").first()
    return certificates_of(bytes(row.content)) if row else ()


def make_all() -> int:
    """Every issuing body's list anew; how many."""
    return _make(issuers())


def make_for(licences: Iterable[UUID]) -> int:
    """The lists of those bodies alone whose licences these are."""
    codes = Licence.objects.filter(id__in=list(licences)).exclude(issuer_code="").values_list("issuer_code", flat=True)
    return _make(sorted(set(codes)))


def _make(codes: Iterable[str]) -> int:
    by = system_actor("证照状态清单")
    return len([make_status_list(code, by=by) for code in codes])
