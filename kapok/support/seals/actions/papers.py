"""The sealing port of `kernel.documents`: receipts, notices and decisions get their agency's seal on first download."""

from uuid import UUID

from kapok.kernel.access.public import system_actor
from kapok.kernel.documents.public import SealPlace
from kapok.kernel.orgs.public import Org
from kapok.support.seals.actions.using import use_seal
from kapok.support.seals.data import SealFacts, SealRequest, StampPlace
from kapok.support.seals.errors import SealRefused
from kapok.support.seals.queries.seals import active_seal

SERVICE = "文书服务"
CORNER = StampPlace(1, 136.0, 220.0)
"""Where the seal goes on a paper that does not say where."""


class StampedDocuments:
    """Papers of an agency are sealed with its 单位公章, by this node itself; one use for each document."""

    def ready(self, agency: str) -> bool:
        """Whether the agency of this name has a seal in use."""
        return _seal_of(agency) is not None

    def seal(self, pdf: bytes, *, document: UUID, agency: str, place: SealPlace | None) -> bytes:
        """The paper with the seal over the agency's name."""
        seal = _seal_of(agency)
        if seal is None:
            raise SealRefused("seals.not_in_use")
        at = StampPlace(place.page, place.x, place.y, seal.width, seal.height) if place else CORNER
        wish = SealRequest(
            seal=seal.id, request=document, content=pdf, media="pdf", reason="出具文书", about_kind="document", about=document, places=(at,)
        )  # fmt: skip
        return use_seal(wish, by=system_actor(SERVICE)).content


def _seal_of(agency: str) -> SealFacts | None:
    """The seal of the one standing agency of that name; two of one name are not guessed between."""
    found = list(Org.objects.filter(name=agency, dissolved_on=None).values_list("id", flat=True)[:2])
    return active_seal(found[0]) if len(found) == 1 else None


stamped_documents = StampedDocuments()
