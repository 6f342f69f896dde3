"""Counterparts of a node, for demonstrations and tests: they import nothing of the product."""
