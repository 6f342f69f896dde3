"""The public pages of verification, for the browser sweeps; reports of files sent are walked in tests/browser/test_verifying.py."""

from kapok.kernel.ui.public import Sample

PAGES = [
    Sample("seals:verify"),
    Sample("seals:verify", make=lambda: "/verify/?code=44000000000000000", status=404, name="seals-unknown-code"),
]
