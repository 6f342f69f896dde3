"""The language in which a type's owner says how a paper looks. Data, never a program: read, checked, measured."""
