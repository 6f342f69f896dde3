"""The verbs of regions."""
