"""What the catalogue announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class PowerSet:
    name: ClassVar = "items.power_set"
    code: str


@dataclass(frozen=True)
class BaseSet:
    name: ClassVar = "items.base_set"
    base_code: str
    region: str
    number: int


@dataclass(frozen=True)
class ItemCreated:
    name: ClassVar = "items.created"
    impl_code: str


@dataclass(frozen=True)
class VersionEvent:
    """Something that happened to one numbered version of an item."""

    impl_code: str
    number: int


class DraftOpened(VersionEvent):
    name: ClassVar = "items.draft_opened"


class DraftDeleted(VersionEvent):
    name: ClassVar = "items.draft_deleted"


class VersionSubmitted(VersionEvent):
    name: ClassVar = "items.submitted"


@dataclass(frozen=True)
class VersionReviewed(VersionEvent):
    """A step of the review: outcome is passed, approved (the last step) or returned."""

    name: ClassVar = "items.reviewed"
    step: str
    outcome: str


@dataclass(frozen=True)
class ElementsSaved:
    name: ClassVar = "items.elements_saved"
    impl_code: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Commented:
    name: ClassVar = "items.commented"
    impl_code: str
    element: str


@dataclass(frozen=True)
class ItemPublished:
    """A version is law from `effective_on`; `replaces` is the version that ends there."""

    name: ClassVar = "items.published"
    impl_code: str
    version: str
    number: int
    digest: str
    effective_on: str
    replaces: str


@dataclass(frozen=True)
class ItemCancelled:
    name: ClassVar = "items.cancelled"
    impl_code: str
    version: str
    on: str


@dataclass(frozen=True)
class NotExercisedSet:
    name: ClassVar = "items.not_exercised"
    base_code: str
    org: int


@dataclass(frozen=True)
class ElementDelegated:
    """`level` 0: taken back."""

    name: ClassVar = "items.delegated"
    element: str
    region: str
    level: int


@dataclass(frozen=True)
class ReviewTermSet:
    name: ClassVar = "items.review_term_set"
    region: str
    months: int


@dataclass(frozen=True)
class CatalogueJudged:
    name: ClassVar = "items.judged"
    pack: str
    versions: int
    wrong: int
