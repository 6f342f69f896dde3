"""A case is decided by the law under which it was handed in, whatever is published or cancelled afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Case
from kapok.services.intake.tests.factories import SYSTEM, office
from kapok.services.items.models import ItemVersion, State
from kapok.services.items.public import KEEP, Policy, cancel_item, compiled, item_in_force, open_draft, publish, save_elements


@pytest.mark.django_db
@pytest.mark.feature("09.04")
def test_a_case_keeps_its_version_when_another_is_published_and_when_the_item_ends(tmp_path: Any, client: Client):
    small_province(tmp_path)
    here = office()
    case, code = here.case(), here.item.impl_code
    law = compiled(Case.objects.get(id=case).version)
    version = open_draft(code, by=SYSTEM)
    save_elements(version.id, {"visits": 1, "visits_reason": "现场核验"}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    publish(version.id, clock.today(), policies={"intake.cases": Policy(KEEP)}, by=SYSTEM)
    later = item_in_force(code)
    assert later is not None and later.number == law.number + 1
    cancel_item(code, clock.today() + timedelta(1), "依据废止", policies={"intake.cases": Policy(KEEP)}, by=SYSTEM)
    kept = Case.objects.get(id=case).version
    assert kept == law.version_id
    assert client.get(f"/api/items/v1/versions/{law.digest}").json()["version_id"] == str(kept)
    assert compiled(kept) == law
