"""Using a seal: who may, on which document, once for each request, written into a log that is only ever added to."""

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import read_signature, sm3
from kapok.kernel.ofd.public import read_ofd
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.actions.placing import Wish, places_for
from kapok.support.seals.actions.steps import suspend_seal
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import Seal, SealUse
from kapok.support.seals.public import SealRefused, use_seal, verify_file
from kapok.support.seals.tests.factories import SYSTEM, office, paper, pdf_paper, sealed_office, staff, user_of, wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


@pytest.fixture
def seal(org: Org) -> SealFacts:
    return sealed_office(org)


def refused(code: str, *args: Any, **said: Any) -> None:
    with pytest.raises(SealRefused) as found:
        use_seal(*args, **said)
    assert found.value.code == code


@pytest.mark.feature("18.04", part="the entry in the log")
def test_a_sealed_paper_comes_back_with_its_entry_in_the_log(seal: SealFacts, org: Org) -> None:
    who = user_of(seal, org)
    sealed = use_seal(wish(seal, case_number="440300001"), by=who)
    use = SealUse.objects.get(id=sealed.use)
    assert (use.seal_id, use.account, use.org_id, use.reason, use.case_number) == (
        seal.id,
        who.account,
        org.id,
        "颁发许可决定",
        "440300001",
    )
    assert bytes(use.document_sm3) == sm3(paper()) and bytes(use.sealed_sm3) == sm3(sealed.content) == sealed.digest
    assert use.places == [{"page": 1, "x": 130, "y": 210, "width": 42.0, "height": 42.0}] and use.stamped
    assert len(read_ofd(sealed.content).signatures) == 1
    report = verify_file(sealed.content)
    assert report.verdict == "valid", report


@pytest.mark.feature("18.15", part="leave and quotas at the seals")
def test_the_same_request_gets_the_same_answer_and_no_second_use(seal: SealFacts, org: Org) -> None:
    who, asked = user_of(seal, org), wish(seal)
    first, second = use_seal(asked, by=who), use_seal(asked, by=who)
    assert first == second and SealUse.objects.count() == 1
    refused("seals.replayed", replace(asked, content=paper("另一份")), by=who)


@pytest.mark.feature("18.15", part="leave and quotas at the seals")
def test_nobody_uses_a_seal_without_authorisation_reason_or_place_in_his_quota(seal: SealFacts, org: Org) -> None:
    refused("seals.not_for_you", wish(seal), by=staff("leader", org))
    who = user_of(seal, org, per_day=2)
    refused("seals.no_reason", wish(seal, reason=" "), by=who)
    refused("seals.media", wish(seal, media="doc"), by=who)
    for _time in range(2):
        use_seal(wish(seal), by=who)
    refused("seals.quota", wish(seal), by=who)
    with clock.frozen(clock.now() + timedelta(days=1)):
        use_seal(wish(seal), by=who)


def test_a_system_uses_a_seal_only_for_what_it_is_bound_to(seal: SealFacts) -> None:
    assert use_seal(wish(seal, about_kind="licence", about=uuid7(), purpose="11440300"), by=SYSTEM).content
    refused("seals.not_bound", wish(seal, about_kind="case"), by=SYSTEM)


@pytest.mark.feature("18.03", part="停用 refuses at once")
def test_a_suspended_seal_is_refused_even_when_it_was_suspended_while_the_paper_was_signed(
    seal: SealFacts, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = user_of(seal, org)
    from kapok.support.seals.actions import using

    signed = using.stamped

    def meanwhile(work: Any) -> Any:
        made = signed(work)
        suspend_seal(seal.id, reason="人员变动", by=SYSTEM)
        return made

    monkeypatch.setattr(using, "stamped", meanwhile)
    refused("seals.suspended", wish(seal), by=who)
    assert SealUse.objects.count() == 0
    monkeypatch.undo()
    refused("seals.suspended", wish(seal), by=who)


def test_a_seal_whose_certificate_ended_refuses(seal: SealFacts, org: Org) -> None:
    who = user_of(seal, org)
    with clock.frozen(clock.now() + timedelta(days=365 * 3 + 2)):
        refused("seals.certificate_expired", wish(seal), by=who)


def test_the_log_of_uses_and_the_steps_cannot_be_changed_by_any_program(seal: SealFacts, org: Org) -> None:
    use_seal(wish(seal), by=user_of(seal, org))
    for statement in (
        "update seals_use set reason = 'x'", "delete from seals_use", "truncate seals_use cascade", "update seals_step set reason = 'x'",
        "delete from seals_step", "update seals_version set der = 'x'",
    ):  # fmt: skip
        with pytest.raises(Error, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute(statement)


def test_a_pdf_gets_the_seal_too(seal: SealFacts, org: Org) -> None:
    sealed = use_seal(wish(seal, pdf_paper(), media="pdf"), by=user_of(seal, org))
    assert sealed.content.startswith(pdf_paper()[:200]) and len(sealed.content) > len(pdf_paper())
    assert Seal.objects.get(id=seal.id).version == 1


def test_a_use_costs_few_statements(seal: SealFacts, org: Org, django_assert_max_num_queries: Any) -> None:
    who = user_of(seal, org)
    use_seal(wish(seal), by=who)
    with django_assert_max_num_queries(7):
        use_seal(wish(seal), by=who)


def test_a_pdf_is_straddled_and_gets_a_second_seal(seal: SealFacts, org: Org) -> None:
    """骑缝章 over three pages, then another seal on the sealed file: both hold."""
    places = places_for(pdf_paper(3), "pdf", Wish("straddle", ""), width=42, height=42)
    assert [place.page for place in places] == [1, 2, 3] and all(place.clip for place in places)
    first = use_seal(wish(seal, pdf_paper(3), media="pdf", places=places), by=user_of(seal, org))
    other = sealed_office(org, "licence")
    both = use_seal(wish(other, first.content, media="pdf"), by=user_of(other, org))
    report = verify_file(both.content)
    assert sum(one.seal is not None or one.id.startswith("Seal") for one in report.signatures) == 2
    assert report.verdict in ("valid", "extended"), report


def test_an_ofd_sealed_here_is_judged_hop_by_hop_by_openssl(seal: SealFacts, org: Org, tmp_path: Any) -> None:
    """The value of the seal's signature itself, by a judge of another house."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl (apt package openssl)")
    sealed = use_seal(wish(seal), by=user_of(seal, org))
    (entry,) = read_ofd(sealed.content).signatures
    signed = read_signature(entry.signed_value)
    (tmp_path / "cert.der").write_bytes(signed.cert)
    (tmp_path / "data").write_bytes(signed.to_sign)
    (tmp_path / "value").write_bytes(signed.signature)
    key = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-in", tmp_path / "cert.der", "-pubkey", "-noout"], check=True, capture_output=True
    )
    (tmp_path / "key.pem").write_bytes(key.stdout)
    said = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-rawin",
        "-digest",
        "sm3",
        "-pubin",
        "-inkey",
        "key.pem",
        "-pkeyopt",
        "distid:1234567812345678",
    ]
    judged = [*said, "-in", "data", "-sigfile", "value"]
    assert subprocess.run(judged, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "data").write_bytes(signed.to_sign + b"\0")
    assert subprocess.run(judged, cwd=tmp_path, capture_output=True, check=False).returncode != 0
