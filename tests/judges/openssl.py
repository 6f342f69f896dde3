"""OpenSSL's command as a judge of SM2 and ECDSA certificates, lists and raw signatures.

It cannot follow an SM2 chain by itself (the user id reaches the leaf alone), so a chain is judged hop by hop.
"""

import shutil
import subprocess
import tempfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

SM2_ID = "1234567812345678"
SM2_CURVE = bytes.fromhex("06082a811ccf5501822d")


def needs_openssl() -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    needs_openssl()
    return subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, timeout=60)


def hop_holds(certificate: bytes, issuer: bytes, *, at: datetime | None = None) -> tuple[bool, str]:
    """Whether one certificate (DER) was issued by the other, and what OpenSSL said; at a moment, or whatever the dates."""
    with tempfile.TemporaryDirectory() as folder:
        own, above = pem(certificate, Path(folder) / "own.pem"), pem(issuer, Path(folder) / "above.pem")
        when = ["-attime", str(int(at.timestamp()))] if at else ["-no_check_time"]
        identity = ["-vfyopt", f"distid:{SM2_ID}"] if SM2_CURVE in issuer else []
        done = run("verify", "-partial_chain", *when, *identity, "-trusted", above, own)
    return done.returncode == 0, (done.stdout + done.stderr).decode()


def chain_holds(chain: list[bytes], *, at: datetime | None = None) -> bool:
    """Every hop of a chain, leaf first; the last certificate must be its own issuer or is taken as it is."""
    return all(hop_holds(below, above, at=at)[0] for below, above in pairwise(chain))


def whole_chain_holds(leaf: bytes, pool: list[bytes], root: bytes, *, at: datetime, purpose: str = "") -> tuple[bool, str]:
    """OpenSSL's own search and judgement, for chains without SM2: it looks for the way from the leaf to the root itself."""
    with tempfile.TemporaryDirectory() as folder:
        own, above = pem(leaf, Path(folder) / "own.pem"), pem(root, Path(folder) / "root.pem")
        between = Path(folder) / "pool.pem"
        between.write_bytes(b"".join(run("x509", "-inform", "DER", stdin=der).stdout for der in pool))
        more = ["-purpose", purpose] if purpose else []
        done = run(
            "verify",
            "-policy",
            "2.5.29.32.0",
            "-attime",
            str(int(at.timestamp())),
            *more,
            "-CAfile",
            above,
            "-untrusted",
            str(between),
            own,
        )
    return done.returncode == 0, (done.stdout + done.stderr).decode()


def signature_holds(certificate: bytes, data: bytes, signature: bytes, *, digest: str = "sm3") -> bool:
    """Whether the key of a certificate made a raw DER signature over data."""
    with tempfile.TemporaryDirectory() as folder:
        own = pem(certificate, Path(folder) / "own.pem")
        done = run("x509", "-in", own, "-noout", "-pubkey")
        key = Path(folder) / "key.pem"
        key.write_bytes(done.stdout)
        return key_made(key, data, signature, digest=digest)


def key_made(public_pem: Path, data: bytes, signature: bytes, *, digest: str = "sm3") -> bool:
    """The same for a public key in PEM."""
    with tempfile.TemporaryDirectory() as folder:
        message, signed = Path(folder) / "data", Path(folder) / "signature"
        message.write_bytes(data)
        signed.write_bytes(signature)
        options = ["-pkeyopt", f"distid:{SM2_ID}"] if digest == "sm3" else []
        done = run(
            "pkeyutl", "-verify", "-pubin", "-inkey", str(public_pem), "-in", str(message), "-sigfile", str(signed),
            "-rawin", "-digest", digest, *options,
        )  # fmt: skip
    return done.returncode == 0


def pem(der: bytes, path: Path) -> str:
    """Write a certificate where OpenSSL can read it; an empty file where it is none."""
    done = run("x509", "-inform", "DER", "-out", str(path), stdin=der)
    if done.returncode != 0:
        path.write_bytes(b"")
    return str(path)
