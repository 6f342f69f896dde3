"""The product's own application with one address more: it seals a paper in the web worker that is asked, by the key a header names.

Loaded by granian in place of `kapok.site.wsgi:application`, so that everything else in the worker is what a node runs.
"""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kapok.site.wsgi import application as whole_product

SEALED = "/sealed-in-this-worker"
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="42mm" height="42mm" viewBox="0 0 42 42"><circle cx="21" cy="21" r="19"/></svg>'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != SEALED:
        return whole_product(environ, start_response)
    sealed = seal_a_paper(Path(os.environ["PAPERS"]), environ["HTTP_X_SEAL"])
    start_response("200 OK", [("Content-Type", "application/pdf"), ("X-Worker", str(os.getpid()))])
    return [sealed]


def seal_a_paper(papers: Path, seal: str) -> bytes:
    """A PDF with two signatures of the seal, by its ECDSA and its SM2 key, under one leave."""
    from kapok.kernel.crypto.public import authorise, authorised, signer, sm3
    from kapok.support.seals.data import StampPlace
    from kapok.support.seals.stamping.pdf import stamp_pdf

    content = (papers / "paper.pdf").read_bytes()
    leave = authorise(sm3(content), seal=seal, person="account 7", purpose="test")
    by = [
        authorised(signer(f"seal/{seal}/1/{kind}", (papers / f"{kind}.der").read_bytes()), leave, content) for kind in ("ecdsa", "sm2")
    ]  # fmt: skip
    return stamp_pdf(content, b"", PICTURE, by[0], places=[StampPlace(1, 100, 200)], at=AT, sm2_signer=by[1])
