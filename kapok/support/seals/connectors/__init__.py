"""Platforms of electronic seals outside this node."""
