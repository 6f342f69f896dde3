"""The requirement matrices against the tests: which rows are proven, which in part, which are open.

`python -m tests.features` prints it; `tests.features.marks` is the pytest plugin that knows the mark.
"""
