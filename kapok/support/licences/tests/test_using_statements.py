"""Signed words on what the store holds: nothing of a type, or what has ended; checked by OpenSSL without us (15.22)."""

import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.crypto.public import trust_roots, validate_path
from kapok.support.licences.actions.changing import cancel
from kapok.support.licences.actions.using_statements import package_of, statement_of_absence, statement_of_end
from kapok.support.licences.models import Licence, Statement
from kapok.support.licences.rules.using_trust import certificates_in
from kapok.support.licences.tests.factories import Issuer, issuer
from kapok.support.licences.tests.factories_using import Holder, held, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def me() -> Holder:
    return holder()


def openssl(folder: Path) -> int:
    """What OpenSSL says of the signature, by the command the package itself gives."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl: apt install openssl")
    done = subprocess.run(
        [program, "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678",
         "-in", "statement.json", "-sigfile", "statement.sig"],
        cwd=folder, capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    return done.returncode


def unpacked(statement: Statement, me: Holder, folder: Path) -> dict[str, Any]:
    _row, content = package_of(statement.id, by=me.actor)
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        box.extractall(folder)
    said: dict[str, Any] = json.loads((folder / "statement.json").read_bytes())
    return said


@pytest.mark.feature("15.22", part="absence, signed by SM2; judge: OpenSSL with distid")
def test_absence_is_signed_and_openssl_agrees(office: Issuer, me: Holder, tmp_path: Path) -> None:
    made = statement_of_absence(office.type.code, by=me.actor)
    said = unpacked(made, me, tmp_path)
    assert said["finding"] == "absent" and said["subject"]["name"] == "林小满" and said["type"]["code"] == office.type.code
    assert said["moment"] == said["made"] and said["number"] == made.number
    assert openssl(tmp_path) == 0
    body = bytearray((tmp_path / "statement.json").read_bytes())
    body[len(body) // 2] ^= 1
    (tmp_path / "statement.json").write_bytes(bytes(body))
    assert openssl(tmp_path) != 0, "one flipped bit"
    pool = [der for p in sorted(tmp_path.glob("chain-*.pem")) for der in certificates_in(p.read_bytes())]
    path = validate_path(bytes(made.certificate), pool=pool, roots=trust_roots("node"), at=made.made_at, purpose="node")
    assert path.verdict == "VALID" and len(pool) >= 1


@pytest.mark.feature("15.22", part="已注销 at a moment")
def test_what_had_ended_at_a_moment_is_signed_and_what_had_not_is_refused(office: Issuer, me: Holder, tmp_path: Path) -> None:
    mine = held(office, me.party)
    with pytest.raises(KapokError) as live:
        statement_of_end(mine.id, by=me.actor)
    assert live.value.code == "licences.statement_not_ended"
    with pytest.raises(KapokError) as has:
        statement_of_absence(office.type.code, by=me.actor)
    assert has.value.code == "licences.statement_held"
    before = clock.now()
    with clock.frozen(before + timedelta(days=5)):
        cancel(mine.id, reason="不再经营", cause="normal", by=office.leader)
    with clock.frozen(before + timedelta(days=9)):
        made = statement_of_end(mine.id, by=me.actor)
        said = unpacked(made, me, tmp_path)
        assert said["finding"] == "cancelled" and said["licence"]["number"] == mine.number and openssl(tmp_path) == 0
        with pytest.raises(KapokError) as earlier:
            statement_of_end(mine.id, before + timedelta(days=4), by=me.actor)
        assert earlier.value.code == "licences.statement_not_ended", "at that moment it was in force"
        with pytest.raises(KapokError) as then:
            statement_of_absence(office.type.code, before + timedelta(days=4), by=me.actor)
        assert then.value.code == "licences.statement_held"
        assert statement_of_absence(office.type.code, before + timedelta(days=8), by=me.actor).number != made.number
        with pytest.raises(KapokError) as ahead:
            statement_of_absence(office.type.code, clock.now() + timedelta(days=1), by=me.actor)
        assert ahead.value.code == "licences.moment_ahead"


def test_a_statement_is_its_partys_alone_and_has_a_paper(office: Issuer, me: Holder) -> None:
    browser = me.browser()
    asked = browser.post("/mine/licences/statements/", {"what": f"absent:{office.type.code}"})
    assert asked.status_code == 302
    row = Statement.objects.get()
    for tail in ("", "package/", "paper/"):
        assert browser.get(f"/mine/licences/statements/{row.id}/{tail}").status_code == 200
        assert holder("陈小岚").browser().get(f"/mine/licences/statements/{row.id}/{tail}").status_code == 404
    assert browser.get(f"/mine/licences/statements/{row.id}/paper/").content.startswith(b"%PDF")
    assert (
        browser.get(f"/mine/licences/statements/{row.id}/package/").content
        == browser.get(f"/mine/licences/statements/{row.id}/package/").content
    )
    assert "林小满".encode() not in bytes(row.sealed)
    for wrong in ({"what": ""}, {"what": "absent:x"}, {"what": "ended:x"}, {"what": f"absent:{office.type.code}", "day": "昨天"}):
        assert browser.post("/mine/licences/statements/", wrong).status_code in (404, 422)
    with pytest.raises(NotHere):
        statement_of_absence("没有这种证照", by=me.actor)
    assert Statement.objects.count() == 1 and not Licence.objects.exists()
