"""`kapok licences …`."""

from pathlib import Path
from typing import Annotated

import typer

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, KapokError
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.actions.types import import_type
from kapok.support.licences.rules.using_offline import REFUSED, UNKNOWN, VALID, QrCheck, Unreadable, check_qr, open_list
from kapok.support.licences.rules.using_trust import certificates_in, judges

app = typer.Typer(help="Electronic licences.")
types = typer.Typer(help="Types of licences.")
app.add_typer(types, name="types")


@app.callback()
def main() -> None:
    """Electronic licences."""


@types.callback()
def of_types() -> None:
    """Types of licences."""


@types.command("import")
def import_types(files: Annotated[list[Path], typer.Argument(help="TOML files, one type each; a folder stands for all in it")]) -> None:
    """Take types over and publish them; what stands already is left alone. Ends with 1 when a file has faults."""
    broken = 0
    for path in sorted(each for given in files for each in (given.glob("*.toml") if given.is_dir() else [given])):
        try:
            made = import_type(path.read_text(encoding="utf-8"), editor=system_actor("类型导入"), reviewer=system_actor("类型审核"))
            typer.echo(f"{path.name}：{f'已发布第 {made.number} 版' if made else '没有变化'}")
        except KapokError as error:
            broken += 1
            typer.echo(f"{path.name}：{error.message()}", err=True)
            for fault in error.faults if isinstance(error, Invalid) else []:
                typer.echo(f"  {fault.field} {fault.code} {fault.says}", err=True)
    if broken:
        raise typer.Exit(1)


@app.command("sign")
def sign() -> None:
    """Sign what waits, here and now; the worker does so by itself."""
    typer.echo(f"已签章 {drain()} 份。")


@app.command("check-qr")
def check_printed_code(
    payload: Annotated[str, typer.Argument(help="the text of a printed code, KPK1:…")],
    status_list: Annotated[Path, typer.Option("--list", help="the issuing body's status list, from /verify/status/")],
    root: Annotated[Path, typer.Option("--root", help="certificates one trusts, PEM or DER")],
) -> None:
    """Check a printed code without network and without a node. Ends with 0 valid, 1 not valid, 2 list refused, 3 cannot be known."""
    verifies, trusted = judges(certificates_in(root.read_bytes()))
    try:
        known = open_list(status_list.read_bytes(), verifies=verifies, trusted=trusted)
        found = check_qr(payload.strip(), known, verifies=verifies, trusted=trusted, now=clock.now())
    except Unreadable as error:
        found = QrCheck(REFUSED, error.code)
    typer.echo(f"{ANSWERS[found.verdict]}：{CAUSES.get(found.code, found.code)}")
    if found.facts is not None:
        until = f"{found.facts.valid_to:%Y-%m-%d}" if found.facts.valid_to else "长期"
        typer.echo(f"  {found.facts.name}  持证人 {found.facts.holder}  有效期至 {until}\n  {found.facts.identifier}")
        typer.echo("  请与纸面内容和出示人核对。")
    if found.verdict != VALID:
        raise typer.Exit({REFUSED: 2, UNKNOWN: 3}.get(found.verdict, 1))


ANSWERS = {"valid": "有效", "invalid": "无效", "unknown": "不能确定", "refused": "清单不可用"}
CAUSES = {
    "in_force": "证照现行有效",
    "expired": "证照已过有效期",
    "list_old": "清单已过有效时间，请下载新的清单",
    "list_earlier": "清单比证照早，或本机时间不对，请下载新的清单",
    "other_list": "这是另一个颁发机构的清单",
    "signer_unknown": "清单中没有签发这个码的证书，请下载新的清单",
    "signer_untrusted": "签发这个码的证书不受信任",
    "qr_signature": "码的签名不对，内容被改动过",
    "qr_unreadable": "不是本平台的码，或码不完整",
    "qr_form": "码的版本不认识",
    "list_signature": "清单的签名不对，内容被改动过",
    "list_untrusted": "清单的签名证书不受信任",
    "list_unreadable": "清单文件不完整",
    "list_too_large": "清单文件过大",
    **{f"state_{key}": f"证照{word}" for key, word in (
        ("suspended", "被暂扣"), ("changed", "已变更，有新的版本"), ("cancelled", "已注销"), ("withdrawn", "已撤销"), ("revoked", "已吊销"),
        ("transferred", "已转出"), ("ended", "已终止"),
    )},
}  # fmt: skip
