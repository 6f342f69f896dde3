"""Verbs: the only way to change anything here."""
