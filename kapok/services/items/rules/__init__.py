"""The law of the catalogue: pure functions over the element table, the code sets and the quality packs."""
