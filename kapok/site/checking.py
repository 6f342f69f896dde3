"""`make check`: everything that needs no database and no browser, side by side, in under a minute."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from kapok.site import places


class Step(NamedTuple):
    """One check and its command."""

    name: str
    words: tuple[str, ...]


PYTHON = sys.executable
TESTS = Step("pure tests, layers, relations, sizes, names", (PYTHON, "-m", "pytest", "--pure", "-q"))
STEPS = (  # the longest first
    TESTS,
    Step("types", (PYTHON, "-m", "mypy", "--no-error-summary")),
    Step("migrations", (PYTHON, "-m", "kapok.site.manage", "makemigrations", "--check", "--dry-run", "--skip-checks")),
    Step("form", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Step("lint", (PYTHON, "-m", "ruff", "check", ".")),
)


def run(step: Step) -> tuple[Step, int, float, str]:
    begun = time.monotonic()
    done = subprocess.run(step.words, cwd=places.ROOT, capture_output=True, text=True)
    return step, done.returncode, time.monotonic() - begun, (done.stdout + done.stderr).strip()


def main() -> int:
    """Run all, print the words of those that fail and of the tests; 1 if any failed."""
    wanted = sys.argv[1:]
    steps = [step for step in STEPS if not wanted or step.name in wanted]
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for step, code, seconds, words in pool.map(run, steps):
            if code or step is TESTS:
                sys.stdout.write(words + "\n")
            sys.stdout.write(f"{'FAILED' if code else 'ok':6} {seconds:5.1f} s  {step.name}\n")
            failed += bool(code)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
