"""What a machine lacks is said before anything is begun, in a sentence that says what to do."""

import errno
import socket
from pathlib import Path

import pytest

from kapok.site import health, places
from kapok.site.cli import main
from kapok.site.supervisor import parent, room


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KAPOK_HOME", str(tmp_path / "node"))
    monkeypatch.setenv("KAPOK_DATABASE_URL", "postgresql://kapok@127.0.0.1:1/kapok")
    return tmp_path / "node"


def said_by(node: parent.Node) -> tuple[int, str]:
    lines: list[str] = []
    return parent.run(node, lines.append), "\n".join(lines)


def test_a_taken_port_is_named_before_anything_begins_and_the_way_out_too(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, words = said_by(parent.whole_node(port, port))
    assert code == 1
    assert str(port) in words and "--port" in words
    assert not list(places.run_folder().glob("*.pid"))


def test_a_full_disk_is_named_before_anything_begins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "NEEDED", 10**9)
    code, words = said_by(parent.whole_node(0, 0))
    assert code == 1
    assert "MiB free" in words and "KAPOK_HOME" in words


def test_a_second_parent_of_the_same_home_is_told_who_the_first_is(home: Path) -> None:
    with parent._only_parent():
        (places.run_folder() / "up.pid").write_text("4711")
        code, words = said_by(parent.whole_node(0, 0))
    assert code == 1
    assert "4711" in words


def test_a_node_whose_disk_fills_is_no_longer_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.disk_has_room(None, None) == []
    monkeypatch.setattr(room, "TIGHT", 10**9)
    assert [message.id for message in health.disk_has_room(None, None)] == ["site.disk"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "no", "/srv/kapok"), "no permission for /srv/kapok"),
        (OSError(errno.ENOSPC, "full", "/srv/kapok/x"), "no room left"),
        (OSError(errno.EROFS, "read-only", "/srv/kapok/x"), "read-only disk"),
    ],
    ids=["permission", "full", "read-only"],
)
def test_what_the_file_system_refuses_is_a_sentence(error: OSError, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main._disk_or_raise(error)
    assert words in capsys.readouterr().err


def test_another_fault_of_the_system_shows_itself_whole() -> None:
    with pytest.raises(ConnectionResetError):
        main._disk_or_raise(ConnectionResetError("broken"))
