import pytest

from kapok.kernel.crypto import keyring
from kapok.kernel.crypto.public import create_master_key


@pytest.fixture
def node(tmp_path, settings):
    """A node with a master key and an empty store of its own."""
    settings.KAPOK_SECRETS = tmp_path / "secrets"
    settings.KAPOK_FILES = tmp_path / "files"
    keyring.clear()
    create_master_key()
    return tmp_path
