"""The embedded PostgreSQL: made once, started, found again, stopped. One cluster for each home.

Layout: `<home>/db/` belongs to the database's user (mode 0700) and holds `cluster/`, the socket and the password.
Where that user cannot reach the home, the folder is `/var/lib/kapok/<hash>/db` instead, with the binaries copied beside it.
Nothing outside that folder changes owner or mode.
"""

import fcntl
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from kapok.site.supervisor import binaries, orphans
from kapok.site.supervisor.address import SOCKET_PORT, Address, current_address, write_note
from kapok.site.supervisor.owner import Owner, owner

FALLBACK = Path("/var/lib/kapok")
LONGEST_SOCKET = 107
ATTEMPTS = 5
CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
DURABLE = (
    "shared_buffers=256MB",
    "max_connections=120",
    "max_wal_size=2GB",
    "max_slot_wal_keep_size=4GB",
    "log_min_duration_statement=1000",
)
FOR_TESTS = (*DURABLE, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_locks_per_transaction=512")


class CannotStart(RuntimeError):
    """The server does not come up; the message says why and where its log is."""


def _quiet(line: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Database:
    """One embedded server. Every method may be called by any process of this user; starting is serialised by a lock file."""

    home: Path
    options: tuple[str, ...] = DURABLE
    say: Callable[[str], None] = field(default=_quiet, compare=False)

    def ensure_up(self, prepare: Callable[[], None] | None = None) -> Address:
        """Make it if need be, start it if need be, create the database in it; answers when it takes connections."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o755)
        with self._lock():
            place = Place.choose(self.home, owner(), self.say)
            for _ in range(ATTEMPTS):
                running = orphans.postmaster_of(place.cluster) is not None
                process = None if running else self._start(place, prepare)
                if self._answers(place, process):
                    break
            else:
                raise CannotStart(f"the database in {place.folder} did not start: {place.last_words()}")
            address = place.address()
            _ensure_database(address)
            write_note(self.home, address)
            return address

    def stop(self) -> bool:
        """Fast stop: open transactions are rolled back, committed ones are on disk. False when it was not up."""
        with self._lock():
            place = Place.known(self.home)
            pid = orphans.postmaster_of(place.cluster) if place else None
            if place is None or pid is None:
                return False
            os.kill(pid, signal.SIGINT)
            while orphans.backends_of(place.cluster):  # postmaster.pid goes a moment before the last process does
                time.sleep(0.02)
            return True

    def pid(self) -> int | None:
        """The running postmaster's id."""
        place = Place.known(self.home)
        return orphans.postmaster_of(place.cluster) if place else None

    def folder(self) -> Path | None:
        """Where the data lies, once it does."""
        place = Place.known(self.home)
        return place.folder if place else None

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Two starters would both sweep and both start. Held by the kernel, so a killed holder leaves nothing."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o755)
        with open(self.home / "db.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _start(self, place: "Place", prepare: Callable[[], None] | None) -> "subprocess.Popen[bytes]":
        if not (place.cluster / "PG_VERSION").exists():
            place.initialise()
        place.check_version()
        place.allow_logins()
        swept = orphans.sweep(place.cluster)
        if swept:
            self.say(f"ended {swept} backends of a server that was killed")
        orphans.clear_lock(place.cluster)
        (place.folder / f".s.PGSQL.{SOCKET_PORT}.lock").unlink(missing_ok=True)  # claims the socket, in a folder that is ours alone
        with open(os.open(place.folder / "start.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            return subprocess.Popen(  # type: ignore[call-overload]  # keywords by dict
                place.command(self.options),
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=CLEAN,
                umask=0o077,
                preexec_fn=prepare,
                **place.owner.popen(),
            )

    def _answers(self, place: "Place", process: "subprocess.Popen[bytes] | None") -> bool:
        """Wait for as long as the server lives: recovery of a large log takes what it takes. False when it has ended."""
        keywords, told = place.address().as_libpq("postgres"), time.monotonic()
        while True:
            with suppress(psycopg.OperationalError):
                with psycopg.connect(**keywords, connect_timeout=5) as connection:  # type: ignore[arg-type]  # keywords by dict
                    row = connection.execute("select pg_is_in_recovery()").fetchone()  # a restore reads before it may write
                if row == (False,):
                    return True
            ended = process.poll() is not None if process else orphans.postmaster_of(place.cluster) is None
            if ended:
                return False
            if time.monotonic() - told > 10:
                told = time.monotonic()
                self.say("the database is still recovering …")
            time.sleep(0.02)


@dataclass(frozen=True)
class Place:
    """Where one cluster lives, as whom and by which binaries it runs."""

    folder: Path
    bin: Path
    owner: Owner

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @classmethod
    def choose(cls, home: Path, who: Owner, say: Callable[[str], None]) -> "Place":
        """The home, or the fallback where the database's user cannot enter the home or run the binaries."""
        folder, programs = home / "db", binaries.bin_folder()
        known = _fallback(home)
        if (known / "db").exists() and not folder.exists():
            return cls(known / "db", _reachable_bin(programs, who, known), who)
        created = not folder.exists()
        folder.mkdir(mode=0o700, exist_ok=True)
        who.take(folder, 0o700)
        if who.uid is None or (who.can("-w", folder) and who.can("-x", programs / "postgres")):
            return cls(folder, programs, who)
        if created:
            folder.rmdir()
        elif (folder / "cluster" / "PG_VERSION").exists():
            raise CannotStart(f"the user {who.name} cannot reach the data in {folder}: restore its access, or set KAPOK_DB_USER")
        known.mkdir(parents=True, exist_ok=True, mode=0o755)
        target = known / "db"
        target.mkdir(mode=0o700, exist_ok=True)
        who.take(target, 0o700)
        say(f"{who.name} cannot reach {home}: the database lives in {target}")
        return cls(target, _reachable_bin(programs, who, known), who)

    @classmethod
    def known(cls, home: Path) -> "Place | None":
        """The place an earlier start chose, without choosing one."""
        for folder in (home / "db", _fallback(home) / "db"):
            try:
                if (folder / "cluster").exists():
                    return cls(folder, Path(), Owner())
            except PermissionError:
                continue
        return None

    def initialise(self) -> None:
        """Make the cluster. The password is set always, so that a folder moved to a longer path can turn to loopback."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32) + "\n")
        self.owner.take(secret, 0o600)
        done = subprocess.run(  # type: ignore[call-overload]  # keywords by dict
            [
                *(self.bin / "initdb", "-D", self.cluster, "-U", "kapok", "-E", "UTF8", "--auth=scram-sha-256", f"--pwfile={secret}"),
                *_locale(self.bin),
            ],
            cwd="/",
            env=CLEAN,
            umask=0o077,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            **self.owner.popen(),
        )
        if done.returncode:
            raise CannotStart(f"initdb in {self.folder} failed: {(done.stderr or done.stdout).strip()}")

    def check_version(self) -> None:
        made, runs = int((self.cluster / "PG_VERSION").read_text()), binaries.major_version(self.bin)
        if made != runs:
            raise CannotStart(
                f"{self.cluster} was made by PostgreSQL {made}, but {self.bin} is {runs}: "
                f"set KAPOK_POSTGRES_BIN to binaries of {made}, or move the data with `kapok backup`"
            )

    def allow_logins(self) -> None:
        """Over the socket whoever may enter the 0700 folder; over loopback the holder of the password."""
        rules = "local all all trust\nlocal replication all trust\n" if self.by_socket else ""
        rules += "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n"
        target = self.cluster / "pg_hba.conf"
        target.write_text(rules)
        self.owner.take(target, 0o600)

    @property
    def by_socket(self) -> bool:
        return len(os.fsencode(f"{self.folder}/.s.PGSQL.{SOCKET_PORT}")) <= LONGEST_SOCKET

    def port(self) -> int:
        """The loopback port, chosen once and kept."""
        kept = self.folder / "port"
        if not kept.exists():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                kept.write_text(str(probe.getsockname()[1]))
        return int(kept.read_text())

    def address(self) -> Address:
        if self.by_socket:
            return Address(host=str(self.folder))
        return Address(host="127.0.0.1", port=self.port(), password=(self.folder / "password").read_text().strip())

    def command(self, options: tuple[str, ...]) -> list[str]:
        if self.by_socket:
            where = ["-k", str(self.folder), "-h", "", "-p", str(SOCKET_PORT)]
        else:
            where = ["-c", "unix_socket_directories=", "-h", "127.0.0.1", "-p", str(self.port())]
        kept = ("logging_collector=on", "log_filename=postgresql-%a.log", "log_truncate_on_rotation=on", "log_rotation_age=1d", *options)
        return [str(self.bin / "postgres"), "-D", str(self.cluster), *where, *(word for o in kept for word in ("-c", o))]

    def last_words(self) -> str:
        """The end of what the server said, for the message of a failed start."""
        logs = [self.folder / "start.log", *sorted((self.cluster / "log").glob("*.log"), key=lambda p: p.stat().st_mtime)]
        text = "\n".join(path.read_text(errors="replace").strip() for path in logs[-1:] + logs[:1] if path.exists())
        return text[-1500:] or "it said nothing"


def _fallback(home: Path) -> Path:
    return FALLBACK / hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:12]


def _reachable_bin(programs: Path, who: Owner, base: Path) -> Path:
    return programs if who.can("-x", programs / "postgres") else binaries.copy_to(programs, base / "pg")


def _locale(programs: Path) -> tuple[str, ...]:
    """The builtin provider from 17 on: the same order everywhere, whatever the machine's libraries."""
    if binaries.major_version(programs) >= 17:
        return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    return ("--locale=C.UTF-8",)


def _ensure_database(address: Address) -> None:
    with psycopg.connect(**address.as_libpq("postgres"), autocommit=True) as connection:  # type: ignore[arg-type]  # keywords by dict
        if not connection.execute("select 1 from pg_database where datname = %s", [address.name]).fetchone():
            connection.execute(f'create database "{address.name}"')  # type: ignore[arg-type]  # a name of our own, not from outside


def node_database(say: Callable[[str], None] = _quiet) -> Database | None:
    """This node's embedded server; None where KAPOK_DATABASE_URL names another."""
    from kapok.site import environment, places

    return None if environment.read("KAPOK_DATABASE_URL") else Database(places.home(), say=say)


def bring_up(say: Callable[[str], None] = _quiet) -> Address:
    """The address of a database that answers, started if it is ours to start."""
    database = node_database(say)
    return database.ensure_up() if database else current_address()
