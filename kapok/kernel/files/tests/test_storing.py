"""Stored files: sealed, found, shared, gone."""

import os
import string
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto import public as crypto
from kapok.kernel.files import links
from kapok.kernel.files import public as files
from kapok.kernel.files.tests import made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("node"), pytest.mark.feature("08.01", part="files")]
BY = ActorRef(kind="person", label="林", account=uuid7())


def kept(subject: UUID | None, content: bytes = b"%PDF-1.4 secret text", name: str = "林小满身份证.pdf") -> files.StoredFile:
    return files.store(content, name=name, media_type="application/pdf", subject=subject, by=BY)


def objects(node) -> list:
    return [p for p in (node / "files").rglob("*") if p.is_file()]


def test_a_file_comes_back_as_it_was_and_the_disk_holds_neither_text_nor_name_nor_plain_hash(node):
    anna = uuid7()
    row = files.stored(kept(anna).id)
    assert files.open_file(row.id) == b"%PDF-1.4 secret text"
    assert (row.name, row.size, row.media_type, row.stored_by) == ("林小满身份证.pdf", 20, "application/pdf", BY.account)
    (path,) = objects(node)
    assert b"secret" not in path.read_bytes() and "身份证".encode() not in bytes(row.sealed_name)
    assert path.name not in (crypto.sm3(b"%PDF-1.4 secret text").hex(), row.digest.hex())
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_equal_content_of_one_subject_is_kept_once_and_of_two_subjects_twice(node):
    anna, ben = uuid7(), uuid7()
    rows = [kept(anna), kept(anna, name="b.pdf"), kept(ben), kept(None)]
    assert len(objects(node)) == 3 == len({row.address for row in rows})
    files.discard(rows[0].id)
    assert files.open_file(rows[1].id)
    files.discard(rows[1].id)
    assert len(objects(node)) == 2
    with pytest.raises(NotHere):
        files.open_file(rows[0].id)


def test_forgetting_a_person_makes_his_files_unreadable_and_nobody_elses():
    anna, ben = uuid7(), uuid7()
    hers, his, ours = kept(anna), kept(ben), kept(None)
    crypto.forget(anna)
    with pytest.raises(crypto.SubjectForgotten):
        files.open_file(hers.id)
    with pytest.raises(crypto.SubjectForgotten):
        _ = files.stored(hers.id).name
    assert files.open_file(his.id) == files.open_file(ours.id)


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "swap"])
def test_bytes_altered_or_lost_on_the_disk_are_noticed_never_served(node, harm):
    anna = uuid7()
    row, other = kept(anna), kept(anna, b"another content")
    path = node / "files" / row.address[:2] / row.address[2:4] / row.address
    sealed = path.read_bytes()
    if harm == "remove":
        path.unlink()
    elif harm == "swap":
        path.write_bytes((node / "files" / other.address[:2] / other.address[2:4] / other.address).read_bytes())
    else:
        path.write_bytes(sealed[:-3] if harm == "cut" else sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:])
    with pytest.raises(files.FileGone):
        files.open_file(row.id)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_upload_leaves_no_row_and_the_sweep_takes_its_bytes_a_day_later(node):
    with pytest.raises(RuntimeError), transaction.atomic():
        kept(None, b"half done")
        raise RuntimeError
    stays = kept(None, b"committed")
    assert files.sweep() == 0
    yesterday = clock.wall().timestamp() - 90_000
    for path in objects(node):
        os.utime(path, (yesterday, yesterday))
    assert files.sweep() == 1
    assert [p.name for p in objects(node)] == [stays.address]


def test_storing_and_opening_have_a_fixed_number_of_statements(django_assert_num_queries):
    anna = uuid7()
    crypto.ensure_key(anna)
    with django_assert_num_queries(1):
        row = kept(anna)
    with django_assert_num_queries(0):
        files.open_file(row)
        _ = row.name


@pytest.mark.parametrize("address", ["../" * 20, "a" * 63, "A" * 64, "g" * 64, "a" * 60 + "/../"])
def test_an_address_cannot_climb_out_of_the_store(address):
    with pytest.raises(ValueError, match=r"."):
        files.stores.get("folder").get(address)


def test_a_download_is_an_attachment_no_browser_runs_with_its_chinese_name(node):
    row = kept(None, made.png(), name='图 "1"\r\nX: y.png')
    response = files.file_response(row, files.open_file(row))
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''%E5%9B%BE" in response["Content-Disposition"]
    assert "\n" not in response["Content-Disposition"]
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "private, no-store")
    assert "sandbox" in response["Content-Security-Policy"]
    row.media_type = "text/html"
    assert files.file_response(row, b"", inline=True)["Content-Disposition"].startswith("attachment")


def test_a_link_opens_its_file_for_its_reader_until_its_second(monkeypatch):
    file, anna, ben = uuid7(), uuid7(), uuid7()
    token, anybody = files.sign_link(file, to=anna, seconds=60), files.sign_link(file)
    assert files.open_link(token, to=anna) == file == files.open_link(anybody, to=ben) == files.open_link(anybody)
    for reader in (ben, None):
        with pytest.raises(files.LinkForged):
            files.open_link(token, to=reader)
    later = clock.wall() + timedelta(seconds=61)
    monkeypatch.setattr(links.clock, "wall", lambda: later)
    with pytest.raises(files.LinkExpired):
        files.open_link(token, to=anna)


def test_no_changed_character_of_a_link_and_no_rubbish_opens_anything():
    token = files.sign_link(uuid7())
    changed = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))]
    changed += [token[:-1] + last for last in string.ascii_letters + string.digits + "-_" if last != token[-1]]
    for each in changed:
        with pytest.raises((files.LinkForged, files.LinkExpired)):
            files.open_link(each)
    for rubbish in ("", "a", "é", "=" * 9, "A" * 51, token + "A", token[:-2]):
        with pytest.raises(files.LinkForged):
            files.open_link(rubbish)


def test_links_do_not_follow_legal_time(monkeypatch):
    token, file = files.sign_link(uuid7()), None
    with clock.frozen(clock.wall() + timedelta(days=400)):
        file = files.open_link(token)
    assert file
