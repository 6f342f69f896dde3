"""No foreign key points upward: a model may relate to its own app and to what stands below it."""

from collections.abc import Iterator

import pytest
from django.apps import apps as django_apps
from django.db.models import Field, Model
from django.db.models.fields.related import RelatedField

from tests.architecture.layers import app_of, height
from tests.architecture.source import assert_none

pytestmark = pytest.mark.check


def kapok_models() -> Iterator[type[Model]]:
    """Our own models, tables of many-to-many relations included."""
    return (model for model in django_apps.get_models(include_auto_created=True) if model.__module__.startswith("kapok."))


def test_no_relation_points_upward() -> None:
    upward = [
        f"{model.__module__}.{model.__name__}.{field.name} → {target}"
        for model in kapok_models()
        for field in model._meta.get_fields(include_hidden=True)
        for target in _targets(field)
        if _stands_above(target, model.__module__)
    ]
    assert_none(upward)


def test_every_model_says_what_personal_data_it_holds() -> None:
    """`personal = ("field", …)`, an empty tuple where there is none; it names fields the model has."""
    silent = [model.__qualname__ for model in kapok_models() if not model._meta.auto_created and not hasattr(model, "personal")]
    assert_none(silent)
    for model in kapok_models():
        if not model._meta.auto_created:
            names = {field.name for field in model._meta.get_fields()}
            assert set(model.personal) <= names, f"{model.__qualname__}.personal names fields it does not have"


def _targets(field: object) -> Iterator[str]:
    """Modules of the models a field points at; a string that leads nowhere is named as it stands."""
    if isinstance(field, RelatedField) and isinstance(field, Field):
        target = field.remote_field.model
        yield target if isinstance(target, str) else target.__module__


def _stands_above(target: str, module: str) -> bool:
    if not target.startswith("kapok."):
        return not target.startswith("django.")
    if app_of(target) == app_of(module):
        return False
    return height(target) >= height(module)
