"""`kapok crypto pki …`: see the node's certificates, make their next generation, hand them out, trust another root."""

import base64
import textwrap
from pathlib import Path

import typer

from kapok.kernel.common import clock
from kapok.kernel.crypto import public as crypto

app = typer.Typer(help="密钥与证书 keys and certificates", no_args_is_help=True)
pki = typer.Typer(help="本节点的证书体系 the node's own certificates", no_args_is_help=True)
app.add_typer(pki, name="pki")

FOLDER = typer.Argument(help="folder to write to; made if absent")
ROOT = typer.Argument(help="a root certificate, DER or PEM")
PURPOSE = typer.Option("any", help="any, seal, timestamp, node …: what it is trusted for")
WHICH = typer.Argument(help="an authority (sm2/root, sm2/seal, ecdsa/timestamp …) or an own certificate (timestamp, node, seal_maker …)")


@app.callback()
def _grouped() -> None:
    """Keeps `pki` a group of its own."""


@pki.command()
def show() -> None:
    """Authorities, own certificates, trusted roots, and what ends soon."""
    found = crypto.pki_overview()
    for authority in found.authorities:
        state = "retired" if authority.retired else "issuing"
        typer.echo(
            f"{authority.algorithm}/{authority.role} G{authority.generation}  {state}  to {authority.valid_to:%Y-%m-%d}  {authority.id}"
        )
    for service in found.services:
        typer.echo(f"own {service.purpose}  to {service.valid_to:%Y-%m-%d}  {service.serial}")
    for purpose, facts in found.roots:
        typer.echo(f"trusted for {purpose}  {facts.subject}  SM3 {facts.sm3.hex()}")
    for label in found.missing:
        typer.echo(f"! key missing: {label}")
    for each in crypto.expiring_certificates(clock.now()):
        typer.echo(f"! {'ended' if each.level == 0 else 'ends'} {each.valid_to:%Y-%m-%d}  {each.purpose}  {each.subject}")


@pki.command()
def rotate(which: str = WHICH) -> None:
    """Make the next generation; what the one before signed stays verifiable."""
    try:
        made = crypto.rotate(which)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(f"made: {', '.join(made)}")


@pki.command()
def export(folder: Path = FOLDER) -> None:
    """Write roots, authorities and lists of revoked certificates for others to trust and check by; no key leaves the node."""
    folder.mkdir(parents=True, exist_ok=True)
    for authority in crypto.pki_overview().authorities:
        name = f"{authority.algorithm}-{authority.role}-G{authority.generation}"
        (folder / f"{name}.pem").write_text(_pem(authority.certificate))
        (folder / f"{name}.crl").write_bytes(crypto.current_crl(authority.id))
        typer.echo(f"{name}: certificate and list")


@pki.command()
def trust(file: Path = ROOT, purpose: str = PURPOSE) -> None:
    """Trust another root for a purpose."""
    facts = crypto.read_certificate(_der(file.read_bytes()))
    if not (facts.is_ca and facts.self_issued and facts.issued_by(facts)):
        raise typer.BadParameter("not a root: it is no authority, or did not sign itself")
    crypto.trust([facts.der], purpose)
    typer.echo(f"trusted for {purpose}: {facts.subject}  SM3 {facts.sm3.hex()}")


@pki.command()
def distrust(file: Path = ROOT, purpose: str = PURPOSE) -> None:
    """Trust a root no longer for a purpose."""
    crypto.distrust(_der(file.read_bytes()), purpose)


def _pem(der: bytes) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def _der(content: bytes) -> bytes:
    if not content.lstrip().startswith(b"-----BEGIN CERTIFICATE-----"):
        return content
    return base64.b64decode(content.split(b"-----")[2])
