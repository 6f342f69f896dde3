"""The door of the portal: nothing stands above it but mobile, which shows the same words."""

from kapok.services.portal.queries import wording_for, wordings_for
from kapok.services.portal.rules import Wording, wording

__all__ = ["Wording", "wording", "wording_for", "wordings_for"]
