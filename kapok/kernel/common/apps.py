"""What every app's AppConfig has in common."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class KapokApp(AppConfig):
    """Loads the app's card, so that its menus, deeds, measures, timers and subscribers are known."""

    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if find_spec(f"{self.name}.card"):
            import_module(f"{self.name}.card")
