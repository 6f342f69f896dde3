import pytest

from kapok.kernel.regions.tests.factories import small_province


@pytest.fixture
def province(db, tmp_path):
    """Guangdong in small: five cities, 横琴 and 深汕."""
    small_province(tmp_path)
