"""制章: from an application to a seal in use, its changes, its end; and the picture it carries."""

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere, Refused
from kapok.kernel.crypto.public import (
    CustodyRefused,
    certificate_verifies,
    crls_for,
    custody_health,
    read_certificate,
    read_seal,
    revocation_at,
    signer,
    trust_roots,
    validate_path,
)
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals import rules
from kapok.support.seals.actions import steps
from kapok.support.seals.actions.making import carry_out_change, chain_of, make_seal_of
from kapok.support.seals.actions.steps import apply_for_change, apply_for_seal, do_step, enable_seal, suspend_seal
from kapok.support.seals.errors import PictureFails
from kapok.support.seals.models import Seal, SealStep, SealVersion
from kapok.support.seals.public import SealRefused, active_seal, seal_by_digest, use_seal, verify_file
from kapok.support.seals.rules.drawing import draw
from kapok.support.seals.rules.picture import png_of
from kapok.support.seals.tests.factories import SYSTEM, Hands, hands, letter, office, sealed_office, staff, user_of, wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


@pytest.fixture
def who(org: Org) -> Hands:
    return hands(org)


def applied(org: Org, who: Hands, kind: str = "agency", name: str = "深圳市市场监督管理局", **said: Any) -> Seal:
    return apply_for_seal(org.id, kind, name, reason="首次制章", file=letter(), by=who.applicant, **said)


def made(org: Org, who: Hands, **said: Any) -> Seal:
    seal = applied(org, who, **said)
    do_step(seal.id, "approve", reason="同意", by=who.approver)
    return make_seal_of(seal.id, reason="制作", by=who.maker)


@pytest.mark.feature("18.02", part="the seal re-read; the chain one hop at a time by OpenSSL")
def test_an_approved_application_yields_a_seal_with_image_name_owner_certificates_and_maker(org: Org, who: Hands, tmp_path: Path) -> None:
    seal = made(org, who)
    version = SealVersion.objects.get(seal=seal)
    read = read_seal(bytes(version.der))
    assert (read.version, read.name, read.es_id, read.kind) == (4, "深圳市市场监督管理局", seal.es_id, 1)
    assert (
        read.certs == (bytes(version.certificate),) and read.picture.kind == "png" and (read.picture.width, read.picture.height) == (42, 42)
    )
    assert read.picture.data == bytes(version.picture) and read.valid_to - read.valid_from > timedelta(days=1000)
    assert certificate_verifies(read.maker_cert, read.signed_over[0][1], read.signature, read.algorithm)
    facts = read_certificate(bytes(version.certificate))
    assert dict(facts.subject_parts)["O"] == org.name and org.uscc in facts.subject
    path = validate_path(read.certs[0], pool=chain_of(version.chain), roots=trust_roots("seal"), at=clock.now(), purpose="seal")
    assert path.verdict == "VALID", path.faults
    chain = (bytes(version.certificate), *chain_of(version.chain))
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl (apt package openssl)")
    for below, above in pairwise(chain):
        assert _openssl_hop(below, above, tmp_path)


def _openssl_hop(below: bytes, above: bytes, folder: Path) -> bool:
    """One hop of a chain, judged by OpenSSL with the id of SM2."""
    for name, der in (("below", below), ("above", above)):
        (folder / f"{name}.der").write_bytes(der)
        subprocess.run(
            ["openssl", "x509", "-inform", "DER", "-in", folder / f"{name}.der", "-out", folder / f"{name}.pem"],
            check=True,
            capture_output=True,
        )
    said = [
        "openssl",
        "verify",
        "-partial_chain",
        "-vfyopt",
        "distid:1234567812345678",
        "-trusted",
        folder / "above.pem",
        folder / "below.pem",
    ]
    return subprocess.run(said, capture_output=True, check=False).returncode == 0


@pytest.mark.feature("18.03", part="three hands, a reason and a file at each step")
def test_who_applies_does_not_approve_and_who_approves_does_not_make(org: Org) -> None:
    one, two = staff("admin", org), staff("admin", org)
    with pytest.raises(Refused) as found:
        apply_for_seal(org.id, "agency", "公章名称", reason="首次制章", by=one)
    assert found.value.code == "seals.file_missing"
    seal = apply_for_seal(org.id, "agency", "公章名称", reason="首次制章", file=letter(), by=one)
    with pytest.raises(Refused) as found:
        do_step(seal.id, "approve", reason="同意", by=one)
    assert (found.value.code, found.value.status) == ("seals.same_hand", 403)
    with pytest.raises(Invalid):
        do_step(seal.id, "approve", reason=" ", by=two)
    do_step(seal.id, "approve", reason="同意", by=two)
    for hand in (one, two):
        with pytest.raises(Refused) as found:
            make_seal_of(seal.id, reason="制作", by=hand)
        assert (found.value.code, found.value.status) == ("seals.same_hand", 403)
    make_seal_of(seal.id, reason="制作", file=letter("印模确认单"), by=staff("operator", org))
    enable_seal(seal.id, reason="启用", by=two)
    steps = list(SealStep.objects.filter(seal=seal).order_by("at", "id"))
    assert [(step.step, step.reason) for step in steps] == [
        ("apply", "首次制章"),
        ("approve", "同意"),
        ("make", "制作"),
        ("enable", "启用"),
    ]
    assert steps[0].file_id and steps[2].file_id and len({step.account for step in steps[:3]}) == 3


@pytest.mark.parametrize("key", ["approve", "enable", "suspend", "approve_change", "drop_change"])
def test_a_step_that_the_state_does_not_allow_is_refused_by_name(org: Org, who: Hands, key: str) -> None:
    seal = sealed_office(org)
    do_step(seal.id, "suspend", reason="停用", by=SYSTEM) if key == "suspend" else None
    with pytest.raises(Refused) as found:
        do_step(seal.id, key, reason="办理", by=SYSTEM)
    assert found.value.code == "seals.wrong_step"


@pytest.mark.feature("18.02", part="one active seal per unit and kind")
def test_a_unit_has_one_seal_of_a_kind_in_use(org: Org, who: Hands) -> None:
    first, second = sealed_office(org), made(org, who)
    with pytest.raises(Refused) as found:
        enable_seal(second.id, reason="启用", by=who.approver)
    assert found.value.code == "seals.one_active"
    suspend_seal(first.id, reason="换新章", by=who.approver)
    enable_seal(second.id, reason="启用", by=who.approver)
    facts = active_seal(org.id)
    assert facts is not None and facts.id == second.id
    sealed_office(org, "licence")  # another kind stands beside it


def test_of_two_that_are_enabled_in_the_same_moment_the_second_is_refused_by_name(
    org: Org, who: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_office(org)
    second = made(org, who)
    monkeypatch.setattr(steps, "_only_one", lambda _seal: None)  # the first was not committed yet when the second looked
    with pytest.raises(Refused) as found:
        enable_seal(second.id, reason="启用", by=who.approver)
    assert found.value.code == "seals.one_active" and Seal.objects.get(id=second.id).state == "made"


@pytest.mark.feature("18.03", part="departments, special seals, personal seals")
@pytest.mark.parametrize(
    ("kind", "holder", "type_", "size"),
    [("department", "政策法规处", 1, 38), ("licence", "", 1, 40), ("approval", "", 1, 40), ("personal", "李国栋", 2, 18)],
)
def test_other_kinds_of_seals_are_made_the_same_way(org: Org, who: Hands, kind: str, holder: str, type_: int, size: int) -> None:
    seal = made(org, who, kind=kind, name="印章名称", holder=holder)
    read = read_seal(bytes(SealVersion.objects.get(seal=seal).der))
    assert (read.kind, read.picture.width) == (type_, size)


def test_a_changed_seal_gets_a_new_version_and_its_old_papers_stay_valid(org: Org, who: Hands) -> None:
    seal = sealed_office(org)
    old = use_seal(wish(seal), by=user_of(seal, org))
    with clock.frozen(clock.now() + timedelta(days=1)):
        apply_for_change(seal.id, "rename", name="深圳市市场监管局", reason="机构更名", file=letter(), by=who.applicant)
        with pytest.raises(Refused):
            apply_for_change(seal.id, "renew", reason="换发", file=letter(), by=who.applicant)
        do_step(seal.id, "approve_change", reason="同意", by=who.approver)
        with pytest.raises(Refused) as found:
            carry_out_change(seal.id, reason="办理", by=who.approver)
        assert found.value.code == "seals.same_hand"
        carry_out_change(seal.id, reason="办理", by=who.maker)
    row = Seal.objects.get(id=seal.id)
    assert (row.name, row.version, row.state, row.change) == ("深圳市市场监管局", 2, "in_use", "")
    first, second = SealVersion.objects.filter(seal=row).order_by("number")
    assert bytes(first.certificate) != bytes(second.certificate) and first.revoked_at and second.revoked_at is None
    known = seal_by_digest(bytes(first.der_sm3))
    assert known is not None and known.version == 2
    with clock.frozen(clock.now() + timedelta(days=2)):
        cert = bytes(first.certificate)
        assert revocation_at(cert, chain_of(first.chain)[0], clock.now(), crls_for([cert])).status == "revoked"
        assert verify_file(old.content).verdict == "valid"


def test_a_destroyed_seal_has_no_key_any_more_and_refuses(org: Org, who: Hands, django_capture_on_commit_callbacks: Any) -> None:
    seal = sealed_office(org)
    version = SealVersion.objects.get(seal=seal.id)
    apply_for_change(seal.id, "destroy", reason="机构撤销", file=letter(), by=who.applicant)
    do_step(seal.id, "approve_change", reason="同意", by=who.approver)
    with django_capture_on_commit_callbacks(execute=True):
        carry_out_change(seal.id, reason="销毁", by=who.maker)
    assert Seal.objects.get(id=seal.id).state == "destroyed" and custody_health() == ""
    with pytest.raises(SealRefused) as found:
        use_seal(wish(seal), by=SYSTEM)
    assert found.value.code == "seals.not_bound" or found.value.code == "seals.destroyed"
    with pytest.raises(CustodyRefused):
        signer(version.key, bytes(version.certificate))
    assert active_seal(org.id) is None


def test_a_returned_application_is_made_again_in_the_same_round(org: Org, who: Hands) -> None:
    seal = applied(org, who)
    do_step(seal.id, "return", reason="材料不全", by=who.approver)
    do_step(seal.id, "apply_again", reason="已补齐", file=letter(), by=who.applicant)
    do_step(seal.id, "approve", reason="同意", by=who.approver)
    assert Seal.objects.get(id=seal.id).state == "approved"


def test_a_seal_of_another_region_is_absent(org: Org, who: Hands) -> None:
    seal = sealed_office(org)
    elsewhere = staff("admin", office("广州市市场监督管理局", "440100000000"))
    with pytest.raises(NotHere):
        suspend_seal(seal.id, reason="停用", by=elsewhere)


@pytest.mark.feature("18.02", part="the picture")
def test_equal_words_give_equal_bytes_and_every_character_is_a_turned_group_of_its_own() -> None:
    kind = rules.kinds()["licence"]
    said = {"owner": "深圳市市场监督管理局", "line": kind.line, "number": "44030000000017"}
    first, second = draw(kind, **said), draw(kind, **said)
    assert first == second and sha256(png_of(kind, first)).digest() == sha256(png_of(kind, second)).digest()
    assert first.count("<g transform=") == 10 + len(kind.line) + 14 and first.count("rotate(") == 24
    assert "textPath" not in first and "<text" not in first and "style" not in first
    width = int.from_bytes(png_of(kind, first)[16:20], "big")
    assert abs(width - 40 / 25.4 * 300) <= 1


@pytest.mark.parametrize("count", [1, 2, 5, 11, 18, 30])
@pytest.mark.parametrize("key", ["agency", "licence", "department"])
def test_names_of_every_length_are_drawn(key: str, count: int) -> None:
    kind = rules.kinds()[key]
    drawn = draw(
        kind, owner=("深圳市市场监督管理局政策法规处行政审批与信用监督办公室" * 2)[:count], line=kind.line, number="44030000000017"
    )
    assert drawn.count("<g transform=") == count + len(kind.line) + 14


def test_a_name_that_cannot_be_drawn_is_refused_by_what_is_wrong() -> None:
    kind = rules.kinds()["agency"]
    with pytest.raises(PictureFails) as found:
        draw(kind, owner="深圳" * 40)
    assert "太长" in found.value.message()
    with pytest.raises(PictureFails) as found:
        draw(kind, owner="深圳\U0010fff0局")
    assert "字形" in found.value.message()
    with pytest.raises(PictureFails):
        draw(replace(rules.kinds()["personal"]), owner="长" * 20)
