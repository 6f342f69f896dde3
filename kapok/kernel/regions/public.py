"""The door of regions."""

from kapok.kernel.regions.access import Console, require
from kapok.kernel.regions.actions.amend import amend_regions, apply_due, digest_of
from kapok.kernel.regions.actions.jurisdiction import set_jurisdiction
from kapok.kernel.regions.actions.load import Loaded, load_regions, region_uuid
from kapok.kernel.regions.data import (
    Level,
    NewRegion,
    Place,
    RegionMove,
    RegionPlan,
    RegionPreview,
    RegionSource,
    Succession,
    merge,
    split,
)
from kapok.kernel.regions.errors import BadCode, NoSuchRegion, SourceMissing
from kapok.kernel.regions.events import JurisdictionSet, RegionsAmended, RegionsChanged, RegionsLoaded, ThingsMoved
from kapok.kernel.regions.models import Region
from kapok.kernel.regions.queries import (
    amendments,
    ancestors,
    areas_run_by,
    children,
    children_on,
    city_of,
    contains,
    find_region,
    follower,
    governed,
    governors,
    path_names,
    preview,
    provinces,
    recompute_sources,
    region,
    region_on,
    run_by,
    search_regions,
    why_moved,
    within,
)
from kapok.kernel.regions.remembering import PerRequest
from kapok.kernel.regions.rules import kind_of, level_of, normalise, short, short_name

__all__ = [
    "BadCode", "Console", "JurisdictionSet", "Level", "Loaded", "NewRegion", "NoSuchRegion", "PerRequest", "Place", "Region",
    "RegionMove", "RegionPlan", "RegionPreview", "RegionSource", "RegionsAmended", "RegionsChanged", "RegionsLoaded",
    "SourceMissing", "Succession", "ThingsMoved", "amend_regions", "amendments", "ancestors", "apply_due", "areas_run_by",
    "children", "children_on", "city_of", "contains", "digest_of", "find_region", "follower", "governed", "governors",
    "kind_of", "level_of", "load_regions", "merge", "normalise", "path_names", "preview", "provinces", "recompute_sources",
    "region", "region_on", "region_uuid", "require", "run_by", "search_regions", "set_jurisdiction", "short", "short_name",
    "split", "why_moved", "within",
]  # fmt: skip
