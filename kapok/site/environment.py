"""The one table of environment variables; docs/settings.md is printed from it and held to it by a test.

Nothing else in the product reads `os.environ` for configuration, except the sandbox clock, which
lower layers need before settings exist.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One variable: what it means, and what happens when it is absent."""

    name: str
    default: str
    says: str


TABLE: tuple[Variable, ...] = (
    Variable(
        "KAPOK_MODE",
        "development",
        "`development`, `sandbox` (legal time may be moved, demo accounts) or `production` (HTTPS, HSTS, strict faces).",
    ),
    Variable("KAPOK_HOME", "", "Folder of everything this node keeps. Absent: `.kapok` in the clone, else `~/.local/share/kapok`."),
    Variable(
        "KAPOK_NODE", "440000", "This node's division code, six digits. Part of cookie names, so that several nodes live on one host."
    ),
    Variable("KAPOK_NODE_NAME", "广东省", "This node's name as people read it."),
    Variable(
        "KAPOK_DATABASE_URL", "", "`postgresql://user:password@host:port/name` of a server (PostgreSQL 15 to 18). Absent: the embedded one."
    ),
    Variable(
        "KAPOK_POSTGRES_BIN",
        "",
        "Folder with `initdb` and `postgres` for the embedded server. Absent: the binaries of the wheel (PostgreSQL 18).",
    ),
    Variable(
        "KAPOK_DB_USER",
        "",
        "System user the embedded server runs as when Kapok is started by root. Absent: `postgres` if it exists, else `nobody`.",
    ),
    Variable(
        "KAPOK_POOL", "0", "Database connections kept open per process; 0 opens them as needed. `kapok serve` and `kapok work` set it."
    ),
    Variable("KAPOK_PREPARE", "1", "`0`: statements are bound in the client and never prepared (a pooler such as pgbouncer in between)."),
    Variable("KAPOK_SECRET_KEY", "", "Django's secret key. Absent: a file in KAPOK_SECRETS, made once."),
    Variable(
        "KAPOK_SECRETS",
        "",
        "Folder of keys, readable by this user alone. Absent: `secrets` in KAPOK_HOME. Back it up apart from the database.",
    ),
    Variable(
        "KAPOK_SM2", "", "`libcrypto` or `gmssl`: the library that computes SM2. Absent: the first that gives the standard's answers."
    ),
    Variable(
        "KAPOK_CUSTODY",
        "file",
        "Who keeps signing keys: `file` (this process; demonstrations: production serves no pages so), `custodian` (a process of its own; "
        "`kapok up` sets it), `pkcs11` or `remote`.",
    ),
    Variable(
        "KAPOK_KEYS",
        "",
        "Folder of signing keys for `file` and for the custodian. Absent: `keys` in KAPOK_SECRETS, where backups take it along.",
    ),
    Variable("KAPOK_CUSTODIAN", "", "Socket the custodian listens on. Absent: `run/custodian.sock` in KAPOK_HOME."),
    Variable("KAPOK_PKCS11_MODULE", "", "Library of a PKCS #11 token. Its PIN stands in the file `pkcs11.pin` in KAPOK_SECRETS."),
    Variable("KAPOK_PKCS11_TOKEN", "kapok", "Label of that token."),
    Variable("KAPOK_SEAL_CUSTODY", "", "Who keeps the keys of seals made from now on: `remote` for a seal server. Absent: KAPOK_CUSTODY."),
    Variable("KAPOK_SEAL_SERVER", "", "Address of the seal server for `remote`."),
    Variable("KAPOK_SEAL_SERVER_TOKEN", "", "Token this node shows to the seal server."),
    Variable("KAPOK_SEAL_SERVER_LIMIT", "10", "Seconds the seal server has for an answer."),
    Variable("KAPOK_LICENCE_ALARM", "10", "Minutes after which the leaders are told that an issued licence is not sealed yet."),
    Variable("KAPOK_LICENCE_AT_ONCE", "60", "Seconds from issue to seal within which a licence counts as issued at once (15.dC)."),
    Variable(
        "KAPOK_PKI_URL",
        "",
        "Address under which certificates name this node's lists, status answers and time stamps. "
        "Absent: `/api/seals/v1/pki` on localhost and KAPOK_PORT.",
    ),
    Variable("KAPOK_FILES", "", "Folder of stored files. Absent: `files` in KAPOK_HOME."),
    Variable("KAPOK_FILE_STORE", "folder", "Where stored files lie: `folder`, or the name of a store an app brings."),
    Variable("KAPOK_CLAMD", "", "`host:port` or socket of a clamd that every upload is shown to. Absent: no virus scan."),
    Variable("KAPOK_NOTICE_CONNECTORS", "", "Which connector serves a channel of notices, as `sms=sandbox` pairs, comma separated."),
    Variable(
        "KAPOK_ACCEPTANCE_LIMIT",
        "5 work_day",
        "Time to decide on acceptance, from the day of applying; after it the clock accepts (视为受理).",
    ),
    Variable(
        "KAPOK_CORRECTION_LIMIT",
        "15 work_day",
        "Time to answer a 补正告知, before acceptance or in examination; `none`: no end. Units: work_day, natural_day, hour.",
    ),
    Variable("KAPOK_UNCORRECTED", "remind", "What follows when that time has passed: `remind`, or `close` (终止, 逾期未补正)."),
    Variable("KAPOK_FONTS", "", "Folder of the fonts documents are set in. Absent: `build/fonts` in the clone."),
    Variable("KAPOK_CORPUS", "", "Folder of sealed files by other makers, which `kapok seals corpus` verifies again."),
    Variable("KAPOK_REGIONS", "", "Folder of the tables of division codes. Absent: `build/regions` in the clone."),
    Variable("KAPOK_BACKUPS", "", "Folder backups are written to. Absent: `backups` in KAPOK_HOME."),
    Variable(
        "KAPOK_BACKUP_KEY",
        "",
        "File with the key backups are encrypted with. Absent: `backup.key` in KAPOK_SECRETS, made once; keep a copy elsewhere.",
    ),
    Variable(
        "KAPOK_FACES",
        "citizen,clerk,ops,api,verify",
        "Which trees a process serves. Production refuses citizen together with clerk or ops.",
    ),
    Variable("KAPOK_HOSTS", "", "Host names served, comma separated; loopback names always are, except in production."),
    Variable("KAPOK_ORIGINS", "", "Origins trusted for forms, comma separated (`https://example.gov.cn`), when a proxy ends TLS."),
    Variable("KAPOK_PROXY", "", "`1`: a proxy in front sets X-Forwarded-Proto and X-Forwarded-For, and is believed."),
    Variable("KAPOK_BIND", "127.0.0.1", "Address the web processes listen on."),
    Variable("KAPOK_PORT", "8000", "Port of the citizen face (and of everything, when one process serves all)."),
    Variable("KAPOK_OPERATOR_PORT", "8001", "Port of the clerk and operations face under `kapok up`."),
    Variable("KAPOK_WORKERS", "0", "Web worker processes per face; 0 means one for each processor."),
    Variable("KAPOK_THREADS", "4", "Threads per web worker."),
    Variable("KAPOK_TIME_LIMIT", "15", "Seconds a statement of a request may take before the database ends it."),
    Variable("KAPOK_BODY_LIMIT", "64", "Largest request body in MiB; a form without files may have 2 MiB."),
    Variable("KAPOK_LOG", "", "`json` or `console`. Absent: console on a terminal, else json."),
    Variable("KAPOK_LOG_LEVEL", "INFO", "Least level written to the log."),
    Variable("KAPOK_METRICS_TOKEN", "", "Bearer token for `/metrics`. Absent: only loopback may read it."),
    Variable("KAPOK_CLOCK_FILE", "", "File with the seconds legal time is ahead of machine time; sandboxes only, production refuses it."),
    Variable("KAPOK_FULL", "", "`1`: tests with a large count run all of it (`make full`); otherwise about a hundredth."),
    Variable("KAPOK_LOOK", "", "`1`: the browser sweeps leave a picture of every page in `build/looked`."),
    Variable("KAPOK_NO_SKIP", "", "`1`: a test that is skipped because a program is missing fails (continuous integration)."),
)

_KNOWN = {variable.name: variable for variable in TABLE}


def read(name: str) -> str:
    """The variable's value, or its default; only names of the table are known."""
    variable = _KNOWN[name]
    return os.environ.get(name, "") or variable.default


def number(name: str) -> int:
    """A variable that is a whole number; anything else stops the start with its name."""
    text = read(name)
    if not text.isdigit():
        raise SystemExit(f"{name} must be a whole number, not {text!r}")
    return int(text)


def flag(name: str) -> bool:
    return read(name).lower() in ("1", "true", "yes", "on")


def listed(name: str) -> tuple[str, ...]:
    """A comma separated variable without its empty parts."""
    return tuple(part.strip() for part in read(name).split(",") if part.strip())


def as_markdown() -> str:
    """docs/settings.md, whole."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable; this page is printed from `kapok/site/environment.py` by `make docs`.",
        "",
    ]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    lines += [f"| `{v.name}` | {f'`{v.default}`' if v.default else ''} | {v.says} |" for v in TABLE]
    return "\n".join(lines) + "\n"
