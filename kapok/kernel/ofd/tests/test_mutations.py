"""Two thousand broken files: each is read or refused with a code, in little memory and time, and nothing ever crashes."""

import json
import subprocess
import sys

import pytest

from kapok.kernel.ofd.specimen import specimen
from kapok.kernel.ofd.tests.vectors import present

COUNT = 2000
MEMORY_MIB = 300
REFUSED = {
    "ofd.damaged",
    "ofd.xml",
    "ofd.path",
    "ofd.entity",
    "ofd.too_many_files",
    "ofd.cycle",
    "ofd.zip_bomb",
    "ofd.encrypted",
    "ofd.symlink",
}
"""Refusals that a run of this size must meet."""


@pytest.mark.feature("18.06", part="2,000 mutated files, memory")
@pytest.mark.processes
def test_two_thousand_broken_files_are_read_or_refused_in_little_memory(tmp_path):
    for number, content in enumerate([specimen(2), *present()]):
        (tmp_path / f"{number}.ofd").write_bytes(content)
    answer = subprocess.run(
        [sys.executable, "-m", "kapok.kernel.ofd.tests.mutating", str(tmp_path), str(COUNT)], capture_output=True, timeout=400, check=False
    )
    assert answer.returncode == 0, answer.stderr[-2000:].decode()
    found = json.loads(answer.stdout)
    assert found["crashes"] == []
    assert sum(found["outcomes"].values()) == COUNT
    assert found["peak_mib"] < MEMORY_MIB
    assert set(found["outcomes"]) >= REFUSED | {"read"}
