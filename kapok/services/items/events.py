"""What the catalogue announces."""

from dataclasses import dataclass
from typing import ClassVar


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
class DraftOpened:
    name: ClassVar = "items.draft_opened"
    impl_code: str
    number: int


@dataclass(frozen=True)
class ElementsSaved:
    name: ClassVar = "items.elements_saved"
    impl_code: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class DraftDeleted:
    name: ClassVar = "items.draft_deleted"
    impl_code: str
    number: int


@dataclass(frozen=True)
class VersionSubmitted:
    name: ClassVar = "items.submitted"
    impl_code: str
    number: int


@dataclass(frozen=True)
class VersionReviewed:
    """A step of the review: outcome is passed, approved (the last step) or returned."""

    name: ClassVar = "items.reviewed"
    impl_code: str
    number: int
    step: str
    outcome: str


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
    name: ClassVar = "items.delegated"
    element: str
    region: str
    level: int


@dataclass(frozen=True)
class CatalogueJudged:
    name: ClassVar = "items.judged"
    pack: str
    versions: int
    wrong: int
