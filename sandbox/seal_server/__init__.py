"""A remote seal server: keeps keys, signs on request, keeps a directory of seals. It can be slow, wrong, revoked, busy or away."""
