from typing import Any

import pytest

from kapok.kernel.regions.tests.factories import small_province
from kapok.services.items.models import Item
from kapok.services.items.tests.factories import city_org, published


@pytest.fixture
def province(db: Any, tmp_path: Any) -> None:
    """Guangdong in small."""
    small_province(tmp_path)


@pytest.fixture
def org(province: None) -> Any:
    return city_org()


@pytest.fixture
def item(org: Any) -> Item:
    """A permit of a Shenzhen bureau with one version in force."""
    return published(org)
