import pytest

from kapok.kernel.crypto.public import create_master_key


@pytest.fixture
def master_key(tmp_path, settings):
    """A node with a master key of its own."""
    settings.KAPOK_SECRETS = tmp_path / "secrets"
    return create_master_key()
