"""Organisations follow a region that ended: their region is its default follower."""

from uuid import UUID

from django.db.models import Count

from kapok.kernel.common.errors import Refused
from kapok.kernel.orgs.models import Org
from kapok.kernel.regions.public import RegionMove, RegionPlan


class Follow:
    """The `RegionSource` of organisations."""

    title = "机构"

    def preview(self, plan: RegionPlan) -> list[RegionMove]:
        """The moves `apply` would make now."""
        rows = Org.objects.filter(region_id__in=plan.follower).order_by("id")
        return [RegionMove(row.id, row.name, "org", row.region_id, plan.follower[row.region_id]) for row in rows]

    def apply(self, plan: RegionPlan, cause: UUID) -> list[RegionMove]:
        """Move them, dissolved ones too; two standing ones of one name in one region must be told apart first."""
        moves = self.preview(plan)
        for old, new in plan.follower.items():
            _refuse_twins(old, new, plan)
            Org.objects.filter(region_id=old).update(region_id=new)
        return moves


def _refuse_twins(old: str, new: str, plan: RegionPlan) -> None:
    together = [new, *(code for code, follower in plan.follower.items() if follower == new)]
    rows = Org.objects.filter(region_id__in=together, dissolved_on=None).values("name").annotate(n=Count("id")).filter(n__gt=1)
    twin = rows.order_by("name").values_list("name", flat=True).first()
    if twin is not None:
        raise Refused("orgs.same_name_in_follower", name=twin, region=new)
