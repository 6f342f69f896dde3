"""Brings the product's fixtures in at the root, where they win over pytest-django's of the same name."""

from kapok.site.testing.fixtures import django_db_setup, own_database

__all__ = ["django_db_setup", "own_database"]
