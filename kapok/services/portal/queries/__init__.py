"""Reading for the portal's pages."""

from kapok.services.portal.queries.wording import wording_at, wording_for, wordings_for

__all__ = ["wording_at", "wording_for", "wordings_for"]
