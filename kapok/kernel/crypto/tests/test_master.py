"""The master key file."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from kapok.kernel.crypto import master
from kapok.kernel.crypto.errors import MasterKeyMissing, MasterKeyUnsafe

pytestmark = pytest.mark.feature("08.01", part="sealed personal data")


def test_setup_makes_a_key_only_its_owner_can_read_and_never_a_second_one(tmp_path, settings):
    settings.KAPOK_SECRETS = tmp_path / "secrets"
    path = master.create_master_key()
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert master.create_master_key().read_text() == text
    assert [p.name for p in path.parent.iterdir()] == ["master.key"]


def test_eight_starts_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: master.create_master_key(tmp_path / "s").read_text(), range(8)))
    assert len(set(texts)) == 1
    assert [p.name for p in (tmp_path / "s").iterdir()] == ["master.key"]


def test_without_the_file_nothing_is_sealed_and_the_message_says_what_to_run(tmp_path, settings):
    settings.KAPOK_SECRETS = tmp_path
    with pytest.raises(MasterKeyMissing) as caught:
        master.derived("wrap")
    assert "kapok setup" in caught.value.message()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_others_can_read_is_refused(tmp_path, settings, mode):
    settings.KAPOK_SECRETS = tmp_path
    os.chmod(master.create_master_key(), mode)
    with pytest.raises(MasterKeyUnsafe):
        master.derived("wrap")


@pytest.mark.parametrize("text", ["", "kapok-master-key-1 ", "kapok-master-key-1 00ff", "kapok-master-key-1 zz", "f" * 64])
def test_a_damaged_key_file_is_refused_instead_of_making_a_weak_key(tmp_path, settings, text):
    settings.KAPOK_SECRETS = tmp_path
    path = tmp_path / master.FILE_NAME
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(MasterKeyUnsafe):
        master.derived("wrap")


def test_keys_of_two_purposes_and_of_two_nodes_have_nothing_in_common(tmp_path, settings):
    settings.KAPOK_SECRETS = tmp_path / "a"
    master.create_master_key()
    here = {master.derived("blind/phone"), master.derived("blind/name"), master.derived("wrap")}
    settings.KAPOK_SECRETS = tmp_path / "b"
    master.create_master_key()
    assert len(here | {master.derived("blind/phone")}) == 4
