"""Roots signed by the node: one signature commits to the whole order, and a rewritten order no longer fits it."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import certificate_verifies
from kapok.kernel.journal.models import Place, Root
from kapok.kernel.journal.public import action, record, seal_new, sign_newest, signed_roots
from tests.judges import openssl

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Noted:
    name: ClassVar[str] = "test.noted"
    text: str


class Somebody:
    ref = ActorRef("system", "测试")


@action("test.note")
def note(text: str) -> None:
    record(Somebody(), Noted(text), about=uuid7(), kind="note")


def test_the_newest_root_is_signed_once_and_a_judge_agrees() -> None:
    note("一")
    seal_new()
    note("二")
    seal_new()
    last = sign_newest()
    assert last == Root.objects.order_by("-last").values_list("last", flat=True)[0]
    assert sign_newest() is None, "signed already"
    (root,) = signed_roots()
    assert root.holds()
    assert openssl.signature_holds(root.chain[0], root.message, root.signature)


@pytest.mark.parametrize("changed", ["link", "last", "node"])
def test_another_order_does_not_fit_the_signature(changed: str) -> None:
    note("一")
    seal_new()
    sign_newest()
    (root,) = signed_roots()
    forged = replace(root, **{changed: {"link": bytes(32), "last": root.last + 1, "node": "449999"}[changed]})
    assert not certificate_verifies(forged.chain[0], forged.message, forged.signature) and not forged.holds()


def test_a_root_without_certificates_does_not_hold() -> None:
    note("一")
    seal_new()
    sign_newest()
    (root,) = signed_roots()
    assert not replace(root, chain=()).holds()


def test_the_signed_link_is_the_orders_own() -> None:
    note("一")
    seal_new()
    sign_newest()
    (root,) = signed_roots()
    assert bytes(Place.objects.get(seq=root.last).link) == root.link
