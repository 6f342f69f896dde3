"""Setting what a state says to the citizen (07.05)."""

from typing import Any

from django.db import IntegrityError, transaction

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Conflict, FieldFault, Invalid, NotHere, sentences
from kapok.kernel.journal.public import action, record
from kapok.services.items.public import BaseItem, Item
from kapok.services.portal.access import worded_base, worded_item, wording_rows
from kapok.services.portal.events import WordingSet
from kapok.services.portal.models import StateWording
from kapok.services.portal.rules import STATES, check_words


@action("portal.set_wording")
def set_wording(
    state: str, words: dict[str, Any], *, item: str = "", base: str = "", reason: str, expect: int | None = None, by: Actor
) -> StateWording:
    """Lay words over a state of one item (by implementing code) or of all that implement a base item; {} gives them back.

    `expect` is the number the setter saw (0: none yet); raises Conflict when another came between, Invalid with every fault.
    """
    where: Item | BaseItem = worded_item(by, item) if item else worded_base(by, base)
    if state not in STATES:
        raise NotHere("portal.state", id=state)
    faults = check_words(state, words)
    if not 2 <= len(reason.strip()) <= 200:
        faults.append(FieldFault("reason", "portal.reason_missing", sentences["portal.reason_missing"]))
    if faults:
        raise Invalid(faults)
    level = {"item": where.id if isinstance(where, Item) else None, "base": where.id if isinstance(where, BaseItem) else None}
    newest = wording_rows(**level, state=state).first()
    number = newest.number if newest else 0
    if expect is not None and expect != number:
        raise Conflict(number=number)
    row = StateWording(
        item_id=level["item"], base_id=level["base"], state=state, number=number + 1, words=words, reason=reason.strip(),
        by_account=by.account, at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(number=number + 1) from None
    record(by, WordingSet(item or base, state, row.number, tuple(sorted(words)), row.reason), about=where.uuid, kind="item")
    return row
