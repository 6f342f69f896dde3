"""A whole world of certificates in memory, for tests of sealing and verifying: no database, no custody.

A root, an authority below it, a maker, a signer with a seal, a time-stamp authority, and lists of whom the authority revoked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from kapok.kernel.crypto.public import (
    Authorisation,
    RevocationEntry,
    SealSpec,
    Sm2Key,
    WantedCertificate,
    issue_certificate,
    make_crl,
    make_seal,
    read_certificate,
    sm2_generate,
    sm2_sign,
)
from kapok.kernel.ofd.public import DocInfo, OfdDocument, Page, Picture, TextLine, write_ofd
from kapok.support.seals.data import StampPlace
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.verifying.trust import Trust

BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
SIGNED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""One red dot."""


@dataclass
class Hand:
    """A key in memory with its certificate: a `Signer` of the codec and of custody alike."""

    key: Sm2Key
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    algorithm: str = "sm2"

    def sign(self, data: bytes, *, authorisation: Authorisation | None = None) -> bytes:
        return sm2_sign(self.key, data)

    @property
    def serial(self) -> int:
        return read_certificate(self.certificate).serial


@dataclass
class World:
    """Who issues, makes, signs and stamps; `trust` is what a verifier who knows this root goes by."""

    root: Hand
    authority: Hand
    maker: Hand
    signer: Hand
    tsa: Hand
    seal: bytes = field(repr=False, default=b"")

    def issued(self, name: str, *, above: Hand | None = None, begins: datetime = BEGINS, ends: datetime = ENDS, **more: object) -> Hand:
        """Somebody new below the authority."""
        return _hand(name, above or self.authority, begins, ends, **more)

    def trust(self, *revoked: RevocationEntry, at: datetime = NOW, stamps: bool = True, lists: bool = True) -> Trust:
        own = [self.crl(self.authority, revoked, at), self.crl(self.root, (), at)] if lists else []
        roots = (self.root.certificate,)
        return Trust(roots=roots, stamp_roots=roots if stamps else (), pool=(self.authority.certificate,), crls=tuple(own))

    @staticmethod
    def crl(by: Hand, revoked: Sequence[RevocationEntry], at: datetime) -> bytes:
        day = timedelta(days=1)
        return make_crl(
            revoked, signer=by, issuer=by.certificate, this_update=at - day, next_update=at + day, number=1, expired_stay=BEGINS
        )  # fmt: skip

    def make_seal(self, **changed: object) -> bytes:
        """A seal of this world's signer, or one that differs in what is given."""
        spec: dict[str, object] = {
            "es_id": "44030000000001", "name": "深圳市样章管理局", "kind": 1, "certs": (self.signer.certificate,), "created": BEGINS,
            "valid_from": BEGINS, "valid_to": ENDS, "picture": PNG,
        }  # fmt: skip
        maker = changed.pop("maker", self.maker)
        return make_seal(SealSpec(**(spec | changed)), maker)  # type: ignore[arg-type]  # a test's own keywords


@cache
def world(name: str = "样张") -> World:
    """A world by its name, made once per process."""
    root = _hand(f"{name}根", None, BEGINS, ENDS, ca=True, usages=("key_cert_sign", "crl_sign"))
    authority = _hand(f"{name}签发机构", root, BEGINS, ENDS, ca=True, usages=("key_cert_sign", "crl_sign"))
    made = World(
        root, authority,
        maker=_hand(f"{name}制章者", authority, BEGINS, ENDS),
        signer=_hand(f"{name}管理局", authority, BEGINS, ENDS),
        tsa=_hand(f"{name}时间戳", authority, BEGINS, ENDS, extended=("time_stamping",)),
    )  # fmt: skip
    made.seal = made.make_seal()
    return made


def _hand(name: str, above: Hand | None, begins: datetime, ends: datetime, **more: object) -> Hand:
    key = sm2_generate()
    wanted = WantedCertificate({"C": "CN", "O": "样张", "CN": name}, key.public, begins, ends, **more)  # type: ignore[arg-type]  # a test's keywords
    by = above or Hand(key, b"")
    der = issue_certificate(wanted, signer=by, issuer=above.certificate if above else None)
    return Hand(key, der, (above.certificate, *above.chain) if above else ())


@cache
def paper(pages: int = 2, title: str = "样张证照", custom: tuple[tuple[str, str], ...] = ()) -> bytes:
    """An unsealed paper of a few pages, each with its number and a keyword."""
    dot = Picture(30, 60, 10, 10, PNG, alt="点")
    sheets = tuple(
        Page(210, 297, (TextLine(30, 40, f"{title}第{number}页", 5), TextLine(120, 240, "（盖章处）", 4), dot))
        for number in range(1, pages + 1)
    )
    return write_ofd(OfdDocument(sheets, DocInfo(title, SIGNED), dict(custom)))


PLACE = StampPlace(1, 120, 220)


@cache
def sealed(pages: int = 2, custom: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The paper with this world's seal and a time stamp."""
    made = world()
    return stamp_ofd(paper(pages, custom=custom), made.seal, made.signer, places=[PLACE], at=SIGNED, timestamper=made.tsa)
