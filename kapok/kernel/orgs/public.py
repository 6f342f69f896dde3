"""The door of organisations."""

from kapok.kernel.orgs.actions import (
    change_org,
    create_org,
    create_post,
    dissolve_org,
    fields_of,
    give_duty,
    org_uuid,
    rename_org,
)
from kapok.kernel.orgs.data import ROOMS, OrgFields, OrgKind, SystemDuty
from kapok.kernel.orgs.errors import NoSuchOrg
from kapok.kernel.orgs.events import DutyGiven, OrgChanged, OrgCreated, OrgDissolved
from kapok.kernel.orgs.loading import LoadedOrgs, load_agencies
from kapok.kernel.orgs.models import Duty, Org, Post
from kapok.kernel.orgs.queries import (
    children,
    duties_of,
    name_on,
    org,
    org_by_key,
    org_by_uscc,
    orgs_of_region,
    reviewer_of,
    search_orgs,
    subtree,
    successor_of,
)

__all__ = [
    "ROOMS", "Duty", "DutyGiven", "LoadedOrgs", "NoSuchOrg", "Org", "OrgChanged", "OrgCreated", "OrgDissolved", "OrgFields",
    "OrgKind", "Post", "SystemDuty", "change_org", "children", "create_org", "create_post", "dissolve_org", "duties_of",
    "fields_of", "give_duty", "load_agencies", "name_on", "org", "org_by_key", "org_by_uscc", "org_uuid", "orgs_of_region",
    "rename_org", "reviewer_of", "search_orgs", "subtree", "successor_of",
]  # fmt: skip
