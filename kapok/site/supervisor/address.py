"""Where the database answers: from KAPOK_DATABASE_URL, or what the embedded server wrote down."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kapok.site import environment, places

SOCKET_PORT = 5432
"""Names the socket file only; several clusters each have their own folder."""


@dataclass(frozen=True)
class Address:
    """A server and a database in it; `host` that begins with / is a socket's folder."""

    host: str
    port: int = SOCKET_PORT
    user: str = "kapok"
    password: str = ""
    name: str = "kapok"

    def as_django(self) -> dict[str, object]:
        return {"HOST": self.host, "PORT": self.port, "USER": self.user, "PASSWORD": self.password, "NAME": self.name}

    def as_libpq(self, name: str | None = None) -> dict[str, object]:
        """Keywords of psycopg.connect."""
        parts: dict[str, object] = {"host": self.host, "port": self.port, "user": self.user, "dbname": name or self.name}
        return parts | ({"password": self.password} if self.password else {})

    def as_environment(self) -> dict[str, str]:
        """What psql and pg_dump read; a password is never an argument, where every user of the machine could see it."""
        parts = {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user, "PGDATABASE": self.name}
        return parts | ({"PGPASSWORD": self.password} if self.password else {})


def from_url(url: str) -> Address:
    """An address from a URL; anything but PostgreSQL stops the start."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SystemExit("KAPOK_DATABASE_URL must begin with postgresql://")
    return Address(
        host=_host(parts.netloc) or "localhost",
        port=parts.port or SOCKET_PORT,
        user=unquote(parts.username or "kapok"),
        password=unquote(parts.password or ""),
        name=parts.path.lstrip("/") or "kapok",
    )


def _host(netloc: str) -> str:
    """The host as it was written: urllib makes it lower case, but a socket's folder (`%2Fvar%2FRun`) is a path."""
    host = netloc.rpartition("@")[2]
    return unquote(host[1 : host.index("]")] if host.startswith("[") else host.partition(":")[0])


def note_file(home: Path) -> Path:
    return home / "database.json"


def write_note(home: Path, address: Address) -> None:
    """Readable by this user alone: it may hold the password of a loopback server."""
    draft = note_file(home).with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(address)))
    draft.replace(note_file(home))


def current_address() -> Address:
    """The database of this node; for an embedded server that never ran, where it will be."""
    url = environment.read("KAPOK_DATABASE_URL")
    if url:
        return from_url(url)
    note = note_file(places.home())
    if note.exists():
        return Address(**json.loads(note.read_text()))
    return Address(host=str(places.home() / "db"))
