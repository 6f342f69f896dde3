"""The national directory of seals, kept here: read from where it was left, so that a status can be told when the platform is away."""

from django.conf import settings
from django.db.models import Max

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import action, record
from kapok.support.seals.connectors.base import Listed, platforms
from kapok.support.seals.errors import SealNotReady
from kapok.support.seals.events import DirectoryRead
from kapok.support.seals.models import ListedSeal

PAGES = 1000


def sync_directory(*, by: By) -> int:
    """Read what the platform said since; how many entries. SealNotReady when it does not answer: what was read before stays."""
    platform, read = platforms.find("national"), 0
    if platform is None or not settings.KAPOK_SEAL_SERVER:
        return 0
    for _page in range(PAGES):
        after = ListedSeal.objects.aggregate(last=Max("number"))["last"] or 0
        entries, more = platform.directory(after)
        if entries:
            _keep(entries, by=by)
        read += len(entries)
        if not more:
            break
    return read


@action("seals.read_directory")
def _keep(entries: list[Listed], *, by: By) -> None:
    now = clock.now()
    rows = [
        ListedSeal(
            es_id=one.es_id, number=one.number, name=one.name, owner=one.owner, owner_uscc=one.owner_uscc, state=one.state,
            valid_to=one.valid_to, read_at=now,
        )
        for one in entries
    ]  # fmt: skip
    said = ["number", "name", "owner", "owner_uscc", "state", "valid_to", "read_at"]
    ListedSeal.objects.bulk_create(rows, update_conflicts=True, unique_fields=["es_id"], update_fields=said)
    record(by, DirectoryRead(len(entries), entries[-1].number), about=uuid7(), kind="seal_directory")


def national_status(es_id: str) -> ListedSeal | None:
    """How a seal made elsewhere stands: asked of the platform, or where it does not answer what its directory last said."""
    platform = platforms.find("national")
    if platform is not None and settings.KAPOK_SEAL_SERVER:
        try:
            told = platform.status(es_id)
        except SealNotReady:
            told = None
        if told is not None:
            return ListedSeal(
                es_id=told.es_id, number=told.number, name=told.name, owner=told.owner, owner_uscc=told.owner_uscc, state=told.state,
                valid_to=told.valid_to, read_at=clock.now(),
            )  # fmt: skip
    return ListedSeal.objects.filter(es_id=es_id).first()
