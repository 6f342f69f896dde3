"""亮证: a code on the holder's screen, read once by somebody else, who sees the least and may ask for a copy the holder lets go."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import blind_index
from kapok.kernel.journal.public import action, record
from kapok.support.licences.actions.using import Basis, Wish, log_use, use_of
from kapok.support.licences.actions.using_copies import CopyTerms, begin_copy
from kapok.support.licences.events import CodeShown, CopyAnswered, CopyAsked
from kapok.support.licences.models import Licence, Showing
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.queries.using import account_of, own_licence, own_showing, party_of
from kapok.support.licences.rules import using as rules

CODE, SEEN = "licences.show", "licences.seen"

_READ = """
update licences_showing set seen_at = %(now)s, seen_until = %(until)s, seen = %(seen)s
 where digest = %(digest)s and seen_at is null and ends_at > %(now)s returning id, licence_id
"""  # one statement decides who was first


@dataclass(frozen=True)
class Shown:
    """A code as it stands on the screen; only its digest is kept."""

    id: UUID
    code: str
    ends_at: datetime


@action("licences.show")
def show_code(licence_id: UUID, *, by: Actor) -> Shown:
    """A fresh code for the screen (亮证码): a minute of machine time, one reading. An earlier unread one stops working."""
    row = own_licence(by, licence_id)
    facts = facts_of_licence(row)
    rules.may_be_shown(facts.usable, row.state, facts.expired).or_raise()
    now, code = clock.wall(), secrets.token_urlsafe(12)
    Showing.objects.filter(licence=row.id, holder=party_of(by), seen_at=None, ends_at__gt=now).update(ends_at=now)
    made = Showing.objects.create(
        id=uuid7(), licence_id=row.id, holder=party_of(by), account=account_of(by), digest=blind_index(CODE, code), made_at=now,
        ends_at=now + timedelta(seconds=rules.terms()["show"]["seconds"]),
    )  # fmt: skip
    record(by, CodeShown(str(made.id), "show"), about=row.id, kind="licence")
    return Shown(made.id, code, made.ends_at)


@action("licences.read_code")
def read_code(code: str, *, by: Actor) -> str:
    """Read a code from another's screen: the first reader gets a key of his own by which he sees it; everybody else is refused.

    The use is logged and noted for the holder. Unknown 404, read already 409, over 410.
    """
    if not 8 <= len(code) <= 64:
        raise Refused("licences.code_unknown", 404)
    now, seen, digest = clock.wall(), secrets.token_urlsafe(24), blind_index(CODE, code)
    until = now + timedelta(minutes=rules.terms()["show"]["reading"])
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"now": now, "until": until, "seen": blind_index(SEEN, seen), "digest": digest})
        found = cursor.fetchone()
    if found is None:
        _refuse(digest, now)
    row = Licence.objects.get(id=found[1])
    facts = facts_of_licence(row)
    rules.may_be_shown(facts.usable, row.state, facts.expired).or_raise()
    type = type_version(row.type_version_id)
    log_use(row, rules.SHOW, Wish(result=rules.FACE, to="" if by.signed_in else NOBODY), Basis(GROUND), type, by=by)
    return seen


NOBODY, GROUND = gettext_noop("现场查验（未登录）"), gettext_noop("持证人当面亮证")


def _refuse(digest: bytes, now: datetime) -> None:
    row = Showing.objects.filter(digest=digest).first()
    if row is None:
        raise Refused("licences.code_unknown", 404)
    rules.code_lives(row.ends_at, row.seen_at, wall=now).or_raise()
    raise Refused("licences.code_spent", 409)


def seen_by(key: str, *, lock: bool = False) -> Showing:
    """What a reader's own key opens, for the minutes it does."""
    rows = Showing.objects.filter(seen=blind_index(SEEN, key)) if 8 <= len(key) <= 64 else Showing.objects.none()
    row = (rows.select_for_update() if lock else rows.select_related("licence", "copy__file")).first()
    if row is None:
        raise Refused("licences.code_unknown", 404)
    if row.seen_until is None or clock.wall() >= row.seen_until:
        raise Refused("licences.code_over", 410)
    return row


@action("licences.ask_copy")
def ask_copy(key: str, *, for_whom: str, purpose: str, by: Actor) -> None:
    """The reader says who he is and what for, and asks for a copy; the holder answers on the own device. Once for a reading."""
    row = seen_by(key, lock=True)
    if row.asked_at is not None:
        raise Refused("licences.asked_already")
    faults = [
        FieldFault(name, "licences.length", _("请填写 2 至 %s 字。") % most)
        for name, text, most in (("for_whom", for_whom, 100), ("purpose", purpose, 200)) if not 2 <= len(text.strip()) <= most
    ]  # fmt: skip
    if faults:
        raise Invalid(faults)
    Showing.objects.filter(id=row.id).update(asked_at=clock.wall(), for_whom=for_whom.strip(), purpose=purpose.strip())
    record(by, CopyAsked(str(row.id)), about=row.licence_id, kind="licence")


@action("licences.answer_ask")
def answer_ask(showing_id: UUID, granted: bool, *, by: Actor) -> UUID | None:
    """Let the copy go, or do not (确认). The copy's id comes back: its file is made afterwards, by `finish_copy`."""
    row = own_showing(by, showing_id, lock=True)
    if row.asked_at is None or row.seen_until is None or clock.wall() >= row.seen_until:
        raise Refused("licences.nothing_asked")
    if row.answered_at is not None:
        raise Refused("licences.answered_already")
    copy = _released(row, by) if granted else None
    Showing.objects.filter(id=row.id).update(answered_at=clock.wall(), granted=granted, copy_id=copy)
    record(by, CopyAnswered(str(row.id), granted), about=row.licence_id, kind="licence")
    return copy


def _released(row: Showing, by: Actor) -> UUID:
    licence = own_licence(by, row.licence_id)
    facts = facts_of_licence(licence)
    rules.may_be_shown(facts.usable, licence.state, facts.expired).or_raise()
    ground = Basis(gettext_noop("持证人确认提供加注件"))
    use = log_use(licence, rules.SHOW, Wish(result=rules.FILE, to=row.for_whom), ground, type_version(licence.type_version_id), by=by)
    until = clock.now() + timedelta(days=rules.terms()["show"]["copy_days"])
    return begin_copy(use_of(use), CopyTerms(purpose=row.purpose, for_whom=row.for_whom, until=until), "ofd", by.for_party).id
