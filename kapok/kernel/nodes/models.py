"""The nodes this one knows; the province–city exchange adds peers and keys."""

from django.db import models


class Node(models.Model):
    """A deployment of Kapok: one node per cluster."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[("province", "省"), ("city", "市")])
    is_self = models.BooleanField(default=False)

    personal = ()

    class Meta:
        db_table = "nodes_node"
        constraints = [models.UniqueConstraint(fields=["is_self"], condition=models.Q(is_self=True), name="nodes_one_self")]
