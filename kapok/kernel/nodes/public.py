"""Which node this is."""

from functools import cache

from django.conf import settings

from kapok.kernel.nodes.models import Node

__all__ = ["Node", "ensure_self", "this_node"]


@cache
def this_node() -> Node:
    """This node, as the environment names it (KAPOK_NODE, KAPOK_NODE_NAME); not read from the database."""
    code = settings.KAPOK_NODE
    return Node(code=code, name=settings.KAPOK_NODE_NAME, kind="province" if code.endswith("0000") else "city", is_self=True)


def ensure_self() -> Node:
    """Write this node's row at setup; refuses a database that belongs to another node."""
    node = this_node()
    there = Node.objects.filter(is_self=True).first()
    if there and there.code != node.code:
        raise RuntimeError(f"this database belongs to node {there.code}, not {node.code}")
    Node.objects.update_or_create(code=node.code, defaults={"name": node.name, "kind": node.kind, "is_self": True})
    return node
