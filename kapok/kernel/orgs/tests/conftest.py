import pytest

from kapok.kernel.regions.tests.factories import small_province


@pytest.fixture(autouse=True)
def province(db, tmp_path):
    """Guangdong in small."""
    small_province(tmp_path)
