"""Scanners for malicious code. EICAR's harmless test file is always found; clamd is asked where one is configured."""

import socket
from collections.abc import Callable

from django.conf import settings

from kapok.kernel.common.registry import Registry
from kapok.kernel.files.checks.base import Fault, fault

Scanner = Callable[[bytes], str | None]
scanners: Registry[Scanner] = Registry("files.scanners")
"""What every upload is shown to: answers the name of what it found, or None; raises OSError when it cannot say."""

_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
_CHUNK = 1 << 16


@scanners.add("eicar")
def eicar(content: bytes) -> str | None:
    """The test file of the antivirus makers, wherever it stands in the content."""
    return "EICAR" if _EICAR in content else None


@scanners.add("clamd")
def clamd(content: bytes) -> str | None:
    """Ask the daemon of setting KAPOK_CLAMD (`host:port` or a socket's path) by INSTREAM; nothing without the setting."""
    address = getattr(settings, "KAPOK_CLAMD", "")
    if not address:
        return None
    with _connected(address) as link:
        link.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            part = content[start : start + _CHUNK]
            link.sendall(len(part).to_bytes(4, "big") + part)
        link.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and (part := link.recv(4096)):
            answer += part
    text = answer.rstrip(b"\0").decode("utf-8", "replace")
    if text.endswith("FOUND"):
        return text.removeprefix("stream: ").removesuffix(" FOUND")
    if not text.endswith("OK"):
        raise OSError(text)
    return None


def _connected(address: str) -> socket.socket:
    if "/" in address:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(20)
        link.connect(address)
        return link
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def scan(content: bytes) -> Fault | None:
    """Show the content to all scanners; one that cannot answer stops the upload."""
    for scanner in scanners:
        try:
            found = scanner(content)
        except OSError:
            return fault("scan_unavailable")
        if found:
            return fault("infected", found=found)
    return None
