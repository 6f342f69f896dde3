"""Questions, opened for those they concern."""

from dataclasses import dataclass

from django.db.models import QuerySet

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.crypto.public import load_keys, unseal_json
from kapok.kernel.reads.public import note_read
from kapok.services.portal.models import Question

ABOUT = "portal.question"


@dataclass(frozen=True)
class Asked:
    """A question in the open."""

    row: Question
    title: str
    text: str
    answer: str

    @property
    def overdue(self) -> bool:
        return is_overdue(self.row)


def is_overdue(row: Question) -> bool:
    """待答 beyond its limit."""
    return row.state == Question.WAITING and clock.now() > row.due_at


def opened(row: Question) -> Asked:
    """The words of a question, unguarded: for the asker, and for what `read_at_desk` opens."""
    said = unseal_json(row.party_id, bytes(row.sealed), about=ABOUT)
    answer = unseal_json(row.party_id, bytes(row.answer), about=ABOUT)["text"] if row.answer else ""
    return Asked(row, said["title"], said["text"], answer)


def opened_all(rows: list[Question]) -> list[Asked]:
    """The words of the asker's own questions."""
    load_keys(row.party_id for row in rows)
    return [opened(row) for row in rows]


def read_at_desk(actor: Actor, row: Question) -> Asked:
    """A question opened to be answered; the asker sees that it was."""
    note_read(actor, row.party_id, f"答复关于“{row.item_name}”的咨询", row.id, what="question")
    return opened(row)


def own_questions(actor: Actor) -> QuerySet[Question]:
    """The questions of the party the actor acts for, as rows for paging."""
    rows = Question.objects.select_related("org")
    return rows.filter(party_id=actor.for_party) if actor.for_party else rows.none()
