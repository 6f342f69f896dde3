"""Access: who is asking, and where their powers hold."""

from kapok.kernel.access.actions import grant, move_epoch, revoke, scope_of
from kapok.kernel.access.data import ANONYMOUS, NOWHERE, Actor, Reach, clock_actor, lane, system_actor
from kapok.kernel.access.deeds import ROLES, deeds, register_deeds
from kapok.kernel.access.models import Grant, Scope
from kapok.kernel.access.queries import actor_of_account, actor_of_token
from kapok.kernel.access.urgent import Rows, urgent
from kapok.kernel.common.guards import PUBLIC, SIGNED_IN, guard

__all__ = [
    "ANONYMOUS", "NOWHERE", "PUBLIC", "ROLES", "SIGNED_IN", "Actor", "Grant", "Reach", "Rows", "Scope", "actor_of_account",
    "actor_of_token", "clock_actor", "deeds", "grant", "guard", "lane", "move_epoch", "register_deeds", "revoke", "scope_of",
    "system_actor", "urgent",
]  # fmt: skip
