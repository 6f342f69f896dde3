"""Pure decisions: facts in, verdict out."""
