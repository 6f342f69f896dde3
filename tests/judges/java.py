"""A Java program of one file as a judge: compiled once, started once, asked line by line.

The program reads lines `operation TAB argument TAB …` and answers each with `ok TAB value TAB …` or `fault TAB words`;
arguments and values are Base64. Starting Java costs a second, so one process answers all questions of a test run.
"""

import atexit
import base64
import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

from kapok.site import places

JARS = Path("/usr/share/java")
BOUNCY_CASTLE = ("bcprov.jar", "bcutil.jar", "bcpkix.jar")
PACKAGES = "default-jdk-headless libbcprov-java libbcpkix-java libbcutil-java"


class JudgeFault(Exception):
    """What the judge said instead of an answer."""


class JavaJudge:
    """One running Java program."""

    def __init__(self, source: Path, jars: tuple[str, ...] = BOUNCY_CASTLE) -> None:
        missing = [name for name in jars if not (JARS / name).exists()]
        if missing or shutil.which("javac") is None or shutil.which("java") is None:
            pytest.skip(f"needs Java and BouncyCastle: apt install {PACKAGES}")
        path = ":".join(str(JARS / name) for name in jars)
        folder = _compiled(source, path)
        self._process = subprocess.Popen(
            ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", f"{folder}:{path}", source.stem],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        atexit.register(self._process.kill)

    def ask(self, operation: str, *arguments: bytes | str) -> list[bytes]:
        """The values of the answer; `JudgeFault` with the judge's words where it refuses."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        raw = [a.encode() if isinstance(a, str) else a for a in arguments]
        stdin.write("\t".join((operation, *(base64.b64encode(a).decode() or "-" for a in raw))).encode() + b"\n")
        stdin.flush()
        answer = stdout.readline().decode().rstrip("\n").split("\t")
        if answer[0] != "ok":
            raise JudgeFault(base64.b64decode(answer[1]).decode() if len(answer) > 1 else "the judge is gone")
        return [b"" if value == "-" else base64.b64decode(value) for value in answer[1:]]

    def says(self, operation: str, *arguments: bytes | str) -> bool:
        """Whether the first value of the answer is `true`; a refusal is a no."""
        try:
            return self.ask(operation, *arguments)[0] == b"true"
        except JudgeFault:
            return False


@lru_cache(maxsize=1)
def bouncy_castle() -> JavaJudge:
    """The one BouncyCastle of this process."""
    return JavaJudge(Path(__file__).with_name("BouncyCastle.java"))


def _compiled(source: Path, classpath: str) -> Path:
    """The folder of the program's classes, named by what they were made from."""
    digest = hashlib.sha256(source.read_bytes() + classpath.encode()).hexdigest()[:16]
    folder = places.ROOT / ".kapok" / "test" / f"judge-{source.stem}-{digest}"
    if not folder.exists():
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        draft.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["javac", "-nowarn", "-cp", classpath, "-d", str(draft), str(source)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        try:
            draft.rename(folder)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
    return folder
