from typing import Any

import pytest

from kapok.kernel.regions.tests.factories import small_province


@pytest.fixture
def province(db: Any, tmp_path: Any) -> None:
    """Guangdong in small."""
    small_province(tmp_path)
