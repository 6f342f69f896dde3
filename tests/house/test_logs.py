"""What the log says of a failure names no row."""

import traceback

import pytest
from django.db import IntegrityError, connection, transaction

from kapok.site.logs import _plan, without_rows


@pytest.mark.django_db
def test_a_row_the_database_refused_stands_in_no_line_of_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table somebody (name text unique) on commit drop")
        cursor.execute("insert into somebody values ('张三')")
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            cursor.execute("insert into somebody values ('张三')")
    told = "".join(traceback.format_exception(refused.value))
    kept = without_rows(None, "error", {"exception": told})["exception"]
    assert "张三" in told and "张三" not in kept.replace("values ('张三')", "")
    assert kept.count("duplicate key value") == 2 and "The above exception was the direct cause" in kept


def test_every_line_passes_there() -> None:
    assert without_rows in _plan(as_json=True, level="INFO")["formatters"]["lines"]["processors"]  # type: ignore[index]  # plain dictionaries
