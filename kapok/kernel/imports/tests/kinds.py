"""A kind of import for the tests: cards in a table of their own, so that taking is real."""

from collections.abc import Sequence

from django.db import connection

from kapok.kernel.imports.public import Column, ImportKind, Row, RowFault, Run, Taken

HEAD = "编号,姓名,发证机关,发证日期,金额\n"
TABLE = "create temporary table if not exists imports_test_card (number text primary key, name text, body text)"


def check_numbers(run: Run, rows: Sequence[Row]) -> list[RowFault]:
    """One statement for all rows: the bodies that are known."""
    bodies = {row.values["body"] for row in rows}
    with connection.cursor() as cursor:
        cursor.execute("select body from unnest(%s::text[]) body where body like %s", [sorted(bodies), "%局"])
        known = {row[0] for row in cursor.fetchall()}
    return [RowFault(row.number, "body", "cards.unknown_body") for row in rows if row.values["body"] not in known]


def take_cards(run: Run, rows: Sequence[Row]) -> Taken:
    refused = [RowFault(row.number, "name", "cards.bad_name") for row in rows if row.values["name"] == "拒收"]
    wrong = {fault.number for fault in refused}
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into imports_test_card select * from unnest(%s::text[], %s::text[], %s::text[])",
            [[row.values[name] for row in rows if row.number not in wrong] for name in ("number", "name", "body")],
        )
    return Taken(faults=tuple(refused))


def even(value: str) -> str:
    return "" if value[-1].isdigit() else "cards.bad_number"


CARDS = ImportKind(
    key="test.cards",
    title="测试卡",
    deed="test.import",
    columns=(
        Column("number", "编号", required=True, longest=20, check=even, aliases=("卡号",), example="K0001"),
        Column("name", "姓名", required=True, longest=30, example="林小满"),
        Column("body", "发证机关", required=True, longest=60, example="广州市市场监督管理局"),
        Column("issued", "发证日期", form="date", example="2020-01-02"),
        Column("sum", "金额", form="amount"),
    ),
    key_columns=("number",),
    group="body",
    check_rows=check_numbers,
    take=take_cards,
    read_file=lambda name, content: dict(zip(("number", "name", "body"), content.decode().split("|"), strict=True)),
    says={"cards.unknown_body": "没有这个发证机关。", "cards.bad_number": "编号应以数字结尾。", "cards.bad_name": "姓名不能导入。"},
    chunk=500,
)
"""As an app would register it in its card."""
