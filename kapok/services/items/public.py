"""The door of the catalogue."""

from kapok.services.items import errors
from kapok.services.items.actions.adopting import Adopted, adopt_base
from kapok.services.items.actions.base import record_not_exercised, set_base, set_layer, set_power
from kapok.services.items.actions.editing import comment, create_item, delete_draft, open_draft, resolve_comment, save_elements
from kapok.services.items.actions.importing import Imported, import_items
from kapok.services.items.actions.levels import delegate, end_delegation, set_review_term
from kapok.services.items.actions.publishing import cancel_item, publish
from kapok.services.items.actions.review import review, submit, take_back
from kapok.services.items.data import (
    NO_FEE,
    Choice,
    CompiledItem,
    Fee,
    FormField,
    HandlingItem,
    Limit,
    Material,
    Place,
    Question,
    SituationQuestion,
    SpecialProcedure,
    Step,
)
from kapok.services.items.events import ItemCancelled, ItemPublished
from kapok.services.items.models import BaseItem, Item, ItemVersion
from kapok.services.items.queries.impact import (
    BLOCK,
    FORWARD,
    KEEP,
    OLD_UNTIL,
    STOP,
    Impact,
    ImpactSource,
    Policy,
    Touched,
    impact_sources,
    preview_impact,
)
from kapok.services.items.queries.reading import (
    IN_FORCE,
    LAW_OF_CODE,
    VersionLine,
    compiled,
    history_of,
    holds_digest,
    item_by_digest,
    item_by_number,
    item_in_force,
    item_of,
)
from kapok.services.items.queries.searching import ABOVE, HERE, WITHIN, Asked, Facet, FacetValue, Found, Line, search_items
from kapok.services.items.rules.compiling import from_json, to_json
from kapok.services.items.rules.table import code_of, code_sets, element_title, word
from kapok.services.items.rules.tree import asked, narrowed, next_question, select

__all__ = [
    "ABOVE", "BLOCK", "FORWARD", "HERE", "IN_FORCE", "KEEP", "LAW_OF_CODE", "NO_FEE", "OLD_UNTIL", "STOP", "WITHIN", "Adopted", "Asked",
    "BaseItem", "Choice", "CompiledItem", "Facet", "FacetValue", "Fee", "FormField", "Found", "HandlingItem", "Impact",
    "ImpactSource", "Imported", "Item", "ItemCancelled", "ItemPublished", "ItemVersion", "Limit", "Line", "Material",
    "Place", "Policy", "Question", "SituationQuestion", "SpecialProcedure", "Step", "Touched", "VersionLine", "adopt_base",
    "asked", "cancel_item", "code_of", "code_sets", "comment", "compiled", "create_item", "delegate", "delete_draft",
    "element_title", "end_delegation", "errors", "from_json", "history_of", "holds_digest", "impact_sources",
    "import_items", "item_by_digest", "item_by_number", "item_in_force", "item_of", "narrowed", "next_question",
    "open_draft", "preview_impact", "publish", "record_not_exercised", "resolve_comment", "review", "save_elements",
    "search_items", "select", "set_base", "set_layer", "set_power", "set_review_term", "submit", "take_back", "to_json",
    "word",
]  # fmt: skip
