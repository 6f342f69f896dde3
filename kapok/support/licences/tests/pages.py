"""The clerks' pages of licences, for the browser sweeps."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from kapok.kernel.accounts.public import Account
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.support.licences.actions.changing import revoke
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.actions.types import draft_type
from kapok.support.licences.models import Licence, TypeVersion
from kapok.support.licences.rules import spec as rules
from kapok.support.licences.tests.factories import Issuer, issuer, staff, type_text
from kapok.support.licences.tests.pages_holder import HOLDER


@cache
def _office() -> Issuer:
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    return issuer("深圳市样照局", second='"revoke"')


def approver() -> Any:
    """Somebody who handles licences, with a few of them."""
    if Licence.objects.filter(org=_office().org).count() < 3:
        for _ in range(3):
            _office().issue()
        drain()
    return Account.objects.get(id=_office().approver.account)


def leader() -> Any:
    return Account.objects.get(id=_office().leader.account)


def valid() -> UUID:
    issued = _office().issue().id
    drain()
    return issued


def one() -> str:
    return f"/work/licences/{valid()}/"


def asked() -> str:
    """A licence with a revocation that waits."""
    id = valid()
    revoke(id, "严重违法", by=_office().approver)
    return f"/work/licences/{id}/"


def waiting() -> str:
    """One that waits, with its reason."""
    bare = _bare()
    bare.issue()
    drain()
    return "/work/licences/waiting/"


@cache
def _bare() -> Issuer:
    _office()
    return issuer("深圳市待章局", seal=False)


def bare_approver() -> Any:
    return Account.objects.get(id=_bare().approver.account)


@cache
def _editor() -> Any:
    return Account.objects.get(id=staff("editor", _office().org).account)


def editor() -> Any:
    return _editor()


def published() -> str:
    return f"/work/licences/types/{_office().type.id}/"


@cache
def _draft() -> UUID:
    said, _ = rules.read(type_text(_office().org, name="样张许可证"))
    layout, spec = rules.cut_layout(type_text(_office().org, name="样张许可证"), said)
    spec.pop("owner")
    return draft_type(_office().org.id, spec.pop("code"), spec, layout, by=staff("editor", _office().org)).id


def draft() -> str:
    assert TypeVersion.objects.filter(id=_draft()).exists()
    return f"/work/licences/types/{_draft()}/"


def verb(key: str) -> Any:
    return lambda: f"{one()}do/{key}/"


PAGES = [
    Sample("licences:list", login=approver),
    Sample("licences:find", login=approver),
    Sample("licences:licence", make=one, login=approver, name="licences-valid"),
    Sample("licences:licence", make=asked, login=leader, name="licences-asked"),
    Sample("licences:waiting", make=waiting, login=bare_approver),
    Sample("licences:bulk", login=leader),
    Sample("licences:verb", make=verb("change"), login=approver, name="licences-change"),
    Sample("licences:verb", make=verb("cancel"), login=approver, name="licences-cancel"),
    Sample("licences:types", login=editor),
    Sample("licences:type-new", login=editor),
    Sample("licences:type", make=published, login=editor, name="licences-type-published"),
    Sample("licences:type", make=draft, login=editor, name="licences-type-draft"),
    *HOLDER,
]
