"""The recipe for a searchable model: a `text[]` column of bigrams under a core GIN index, and the query on it.

terms = ArrayField(models.TextField(), default=list)          # terms = bigrams(name + " " + code)
sort_key = models.CharField(max_length=120)                   # sort_key = pinyin_key(name)
class Meta: indexes = [GinIndex(fields=["terms"], name="items_item_terms")]
"""

from typing import TypeVar, cast

from django.db.models import Case, F, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from kapok.kernel.search.text import terms, words

M = TypeVar("M", bound=Model)


def matching(query: str, *, index: str = "terms") -> Q | None:
    """The condition that all terms of a query are in the index; None if the query holds nothing to look for."""
    asked = terms(query)
    return Q(**{f"{index}__contains": asked}) if asked else None


def ranked(query: str, *, title: str = "name") -> Combinable:
    """How well a title answers: 100 for the same words, 50 for its beginning, 10 for each word it holds."""
    text, found = query.replace("\0", "").strip()[:100], words(query)[:8]
    whole: Combinable = Case(
        When(**{f"{title}__iexact": text}, then=Value(100)),
        When(**{f"{title}__istartswith": text}, then=Value(50)),
        default=Value(0),
        output_field=IntegerField(),
    )
    for word in found:
        whole = whole + Case(When(**{f"{title}__icontains": word}, then=Value(10)), default=Value(0))
    return whole


def search(rows: QuerySet[M], query: str, *, index: str = "terms", title: str = "name", order: str = "pk") -> QuerySet[M]:
    """Rows that hold all terms of the query, best title first, then by `order`; none for an empty query.

    Everything that matches is ranked, so give it rows narrowed by scope, and take a page of it.
    """
    condition = matching(query, index=index)
    if condition is None:
        return rows.none()
    found = rows.filter(condition).alias(rank=ranked(query, title=title)).order_by(F("rank").desc(), order)
    return cast("QuerySet[M]", found)
