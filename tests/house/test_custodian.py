"""Signing keys stay with the custodian: what a real web worker has in its memory after it sealed a paper is looked through."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import typst
from django.db import connection

from kapok.kernel.crypto.custody import custodian as asking
from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.custody.authorising import authorise
from kapok.kernel.crypto.custody.file import FileCustody, file_custody
from kapok.kernel.crypto.custody.kinds import custody_named
from kapok.kernel.crypto.custody.signing import create_key, custody_health, destroy_key, signer
from kapok.kernel.crypto.errors import AuthorisationRefused, CustodyAway, CustodyRefused
from kapok.kernel.crypto.master import derived_in
from kapok.kernel.crypto.pki import storage
from kapok.site import places
from kapok.site.supervisor import parent
from kapok.site.supervisor.lifetime import end_with_parent
from kapok.support.seals.verifying.pdf import verify_pdf
from kapok.support.seals.verifying.trust import Trust
from tests.faults.node import children_of, free_port
from tests.house.sealing_worker import AT, SEALED
from tests.judges.ring import Holder, issued, ring

pytestmark = [pytest.mark.processes, pytest.mark.feature("18.15", part="custody of keys")]

SEAL = "0190a1b2-0000-7000-8000-00000000000a"
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a program of the house with a custody of its own; all are ended afterwards, by their ids."""
    begun: list[subprocess.Popen[bytes]] = []
    variables = {
        **os.environ, "PYTHONPATH": str(places.ROOT), "KAPOK_KEYS": str(tmp_path / "keys"), "PAPERS": str(tmp_path),
        "KAPOK_CUSTODIAN": str(tmp_path / "run" / "custodian.sock"),
    }  # fmt: skip

    def begin(*words: str, **more: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([sys.executable, *words], env=variables | more, preexec_fn=end_with_parent)
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.terminate()
    for process in begun:
        process.wait(30)


@pytest.fixture
def keys(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> FileCustody:
    """The folder the custodian serves, and an asker who waits longer for it than a busy machine needs to start it."""
    monkeypatch.setattr(asking, "PATIENCE", 20.0)
    settings.KAPOK_KEYS = str(tmp_path / "keys")  # type: ignore[attr-defined]  # pytest-django's settings
    settings.KAPOK_CUSTODIAN = str(tmp_path / "run" / "custodian.sock")  # type: ignore[attr-defined]  # as above
    settings.KAPOK_CUSTODY = "custodian"  # type: ignore[attr-defined]  # as above
    return file_custody()


def begun_custodian(start: Start) -> "subprocess.Popen[bytes]":
    process = start("-m", "kapok.site.cli", "custodian")
    until = time.monotonic() + 20
    while not asking.socket_path().exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert custody_health() == ""
    return process


# --- what is in memory ------------------------------------------------------------------------------------------------------------------


def memory_of(pid: int) -> Iterator[bytes]:
    """Every readable region of a process, one after another."""
    if not os.access(f"/proc/{pid}/mem", os.R_OK):
        pytest.skip("needs leave to read a child's memory: kernel.yama.ptrace_scope at most 1")
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as held, open(f"/proc/{pid}/maps") as maps:
        for line in maps.read().splitlines():
            span, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("r") and not line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                try:
                    held.seek(begin)
                    yield held.read(end - begin)
                except OSError:
                    continue


def found_in(pid: int, secrets: dict[str, bytes]) -> set[str]:
    found: set[str] = set()
    for region in memory_of(pid):
        found |= {name for name, secret in secrets.items() if secret in region}
    return found


def secrets_of(keys: FileCustody) -> dict[str, bytes]:
    """Every form a private key might lie about in: as number (either way round), as text, as PKCS #8; and what opens the files."""
    forms: dict[str, bytes] = {}
    for kind in ("sm2", "ecdsa"):
        private = material.private_bytes(keys._open(f"seal/{SEAL}/1/{kind}"))
        number = private if kind == "sm2" else private[private.index(b"\x04\x20") + 2 :][:32]
        forms |= {
            f"{kind} number": number, f"{kind} reversed": number[::-1], f"{kind} text": number.hex().encode(), f"{kind} whole": private,
        }  # fmt: skip
    wrapping = derived_in(keys.folder, "custody")
    return forms | {"wrapping key": wrapping[:16], "master of keys": (keys.folder / "master.key").read_bytes().split()[-1]}


def paper_and_certificates(tmp_path: Path, keys: FileCustody) -> Trust:
    (tmp_path / "paper.pdf").write_bytes(typst.compile(b"= Paper\n" + b"#lorem(50)", format="pdf"))
    roots = []
    for kind in ("sm2", "ecdsa"):
        made = ring(kind)
        public = keys.make(f"seal/{SEAL}/1/{kind}", kind).public  # type: ignore[arg-type]  # a known name
        leaf: Holder = issued("某局", made.root, public_key=public)
        (tmp_path / f"{kind}.der").write_bytes(leaf.certificate)
        roots.append(made.root.certificate)
    return Trust(roots=tuple(roots))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("custody", ["custodian", "file"])
def test_a_web_worker_that_seals_holds_no_key_where_the_custodian_does(
    custody: str, start: Start, keys: FileCustody, tmp_path: Path
) -> None:
    """With the keys in files the worker holds them all, which shows that the search would find them."""
    trust = paper_and_certificates(tmp_path, keys)
    holder = begun_custodian(start)
    port = free_port()
    server = start(
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "2", "--http", "1", "--no-ws", "--log-level", "error", "tests.house.sealing_worker:application"),
        KAPOK_CUSTODY=custody, KAPOK_DATABASE_URL=database_url(), KAPOK_SUPERVISED="1", KAPOK_MODE="development",
    )  # fmt: skip
    answer = asked(port, SEALED, {"X-Seal": SEAL})
    reports, *_ = verify_pdf(answer.content, at=AT, trust=trust)
    assert [(report.step("signature").code, report.step("data_hash").code) for report in reports] == [
        ("signature.ok", "data_hash.pdf_ok")
    ] * 2
    worker, secrets = int(answer.headers["X-Worker"]), secrets_of(keys)
    assert worker in children_of(server.pid)
    if custody == "file":
        assert {"sm2 number", "wrapping key"} <= found_in(worker, secrets)
    else:
        assert found_in(worker, secrets) == set()
        assert {"sm2 number", "wrapping key"} <= found_in(holder.pid, secrets)


def asked(port: int, path: str, headers: dict[str, str]) -> httpx.Response:
    until = time.monotonic() + 60
    while True:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=30)
        except httpx.TransportError:
            assert time.monotonic() < until, "the web worker does not answer"
            time.sleep(0.1)
        else:
            assert answer.status_code == 200, answer.text[:2000]
            return answer


def database_url() -> str:
    at = connection.settings_dict
    return f"postgresql://{at['USER']}:{quote(str(at['PASSWORD']))}@{quote(str(at['HOST']), safe='')}:{at['PORT']}/{at['NAME']}"


# --- the process itself -----------------------------------------------------------------------------------------------------------------


def test_the_custodian_makes_finds_signs_and_destroys(start: Start, keys: FileCustody) -> None:
    begun_custodian(start)
    for kind in ("sm2", "ecdsa", "rsa"):
        public = create_key(f"pki/{kind}", kind)
        by = signer(f"pki/{kind}", b"")
        assert material.verifies(by.algorithm, public, material.digest_of(by.algorithm, public, b"data"), by.sign(b"data"))
        assert custody_named("file").find(f"pki/{kind}") == by.key
        destroy_key(f"pki/{kind}")
        with pytest.raises(CustodyRefused):
            by.sign(b"data")
        with pytest.raises(CustodyRefused):
            signer(f"pki/{kind}", b"")


@pytest.mark.django_db
def test_the_custodian_checks_leave_itself_whatever_the_asker_has_checked(start: Start, keys: FileCustody) -> None:
    begun_custodian(start)
    create_key(f"seal/{SEAL}/1", "sm2")
    key = signer(f"seal/{SEAL}/1", b"").key
    ask = custody_named().sign
    leave = authorise(bytes(32), seal=SEAL, person="account 7", purpose="test")
    assert ask(key, b"data", leave).signature
    other = authorise(bytes(32), seal="another", person="account 7", purpose="test")
    for wrong, why in ((None, "missing"), (leave, "spent"), (other, "other_seal")):
        with pytest.raises(AuthorisationRefused) as caught:
            ask(key, b"data", wrong)
        assert caught.value.data["why"] == why


def test_a_killed_custodian_is_started_again_and_takes_no_leave_from_before(start: Start, keys: FileCustody, tmp_path: Path) -> None:
    process = begun_custodian(start)
    create_key(f"seal/{SEAL}/1", "sm2")
    create_key("pki/a", "sm2")
    key, by = signer(f"seal/{SEAL}/1", b"").key, signer("pki/a", b"")
    leave = authorise(bytes(32), seal=SEAL, person="account 7", purpose="test")
    custody_named().sign(key, b"data", leave)
    process.send_signal(signal.SIGKILL)
    process.wait()
    start("-m", "kapok.site.cli", "custodian")
    assert by.sign(b"data"), "the asker waits for the one that is just starting"
    with pytest.raises(CustodyAway) as caught:
        custody_named().sign(key, b"data", leave)
    assert caught.value.data["reason"] == "restarted"


def test_kapok_up_starts_a_custodian_again_when_it_dies(keys: FileCustody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPOK_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("KAPOK_CUSTODIAN", str(tmp_path / "run" / "custodian.sock"))
    monkeypatch.setenv("KAPOK_HOME", str(tmp_path))
    places.run_folder().mkdir(exist_ok=True)
    node = parent.whole_node(free_port(), free_port())
    (child,) = (child for child in node.children() if child.name == "custodian")
    said: list[str] = []
    child.tend(time.monotonic(), said.append)
    try:
        public = create_key("pki/a", "sm2")
        assert child.process is not None
        child.process.kill()
        until = time.monotonic() + 20
        while child.starts < 2 and time.monotonic() < until:
            child.tend(time.monotonic(), said.append)
            time.sleep(0.02)
        assert child.starts == 2 and "custodian ended" in said[0]
        assert signer("pki/a", b"").key.public == public
    finally:
        child.stop(time.monotonic() + 10)


def test_web_and_worker_are_told_to_ask_the_custodian_unless_the_node_is_set_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {child.name: child.variables()["KAPOK_CUSTODY"] for child in parent.whole_node(0, 0).children()}
    assert told == dict.fromkeys(("citizen", "operator", "worker", "custodian"), "custodian")
    monkeypatch.setenv("KAPOK_CUSTODY", "remote")
    told = {child.name: child.variables()["KAPOK_CUSTODY"] for child in parent.whole_node(0, 0).children()}
    assert told == dict.fromkeys(("citizen", "operator", "worker", "custodian"), "remote"), "the custodian keeps the node's own keys"
    monkeypatch.setenv("KAPOK_CUSTODY", "file")
    assert "custodian" not in {child.name for child in parent.whole_node(0, 0).children()}


def test_with_seals_signed_elsewhere_the_nodes_own_keys_stay_with_the_custodian(start: Start, keys: FileCustody, settings: object) -> None:
    settings.KAPOK_CUSTODY = "remote"  # type: ignore[attr-defined]  # pytest-django's settings
    assert storage.custody() == "file", "before the node's first start"
    settings.KAPOK_CUSTODY = "custodian"  # type: ignore[attr-defined]  # as above
    begun_custodian(start)
    settings.KAPOK_CUSTODY = "remote"  # type: ignore[attr-defined]  # as above
    assert storage.custody() == "custodian"
    with storage.in_person():
        assert storage.custody() == "custodian"


def test_an_absent_custodian_is_said_within_seconds(keys: FileCustody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    with pytest.raises(CustodyAway):
        create_key("pki/a", "sm2")
    assert "does not answer" in custody_health()


def test_a_second_custodian_of_the_same_node_does_not_start_and_the_socket_is_closed_to_others(start: Start, keys: FileCustody) -> None:
    begun_custodian(start)
    assert start("-m", "kapok.site.cli", "custodian").wait(30) != 0
    assert asking.socket_path().stat().st_mode & 0o777 == 0o600
    assert custody_health() == ""


LINES = (
    b"", b"{", b"[]", b"null", b'{"do": "sign"}', b'{"do": "steal", "key": "pki/a"}', b'{"do": "sign", "key": "../x", "digest": ""}',
    b"\xff" * 99,
)  # fmt: skip


def test_what_is_no_question_is_answered_and_hurts_nobody(start: Start, keys: FileCustody) -> None:
    begun_custodian(start)
    create_key("pki/a", "sm2")
    for line in (*LINES, b'{"do": "sign", "key": "pki/a", "digest": "00"}', b'{"do": "sign", "key": "pki/a", "digest": 7}'):
        with asking.connect(asking.socket_path(), 5) as talk:
            talk.sendall(line + b"\n")
            assert b'"error"' in talk.makefile("rb").readline(), line
    with asking.connect(asking.socket_path(), 5) as talk:
        talk.sendall(b"half a question")
        talk.shutdown(socket.SHUT_WR)
        talk.makefile("rb").read()
    assert custody_health() == ""


def test_a_socket_in_a_folder_with_a_long_name_is_reached(start: Start, keys: FileCustody, settings: object, tmp_path: Path) -> None:
    far = tmp_path / ("a" * 100) / ("b" * 100) / "custodian.sock"
    settings.KAPOK_CUSTODIAN = str(far)  # type: ignore[attr-defined]  # pytest-django's settings
    start("-m", "kapok.site.cli", "custodian", KAPOK_CUSTODIAN=str(far))
    until = time.monotonic() + 20
    while not far.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert custody_health() == ""


@pytest.mark.feature("18.15", part="custody of keys")
@pytest.mark.parametrize("verb", ["serve", "work"])
def test_production_runs_no_pages_and_no_jobs_beside_open_keys(verb: str) -> None:
    variables = {**os.environ, "KAPOK_MODE": "production", "KAPOK_CUSTODY": "file"}
    done = subprocess.run([sys.executable, "-m", "kapok.site.cli", verb], env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "KAPOK_CUSTODY" in done.stdout + done.stderr
