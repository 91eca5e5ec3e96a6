"""The shipped layouts against what is known of the platform's exports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from known_headers import (
    BREAKDOWNS,
    DIMENSIONS,
    HEADERS,
    JUGUANG,
    METRICS,
    NOT_USED,
    ORDERS_PERSONAL,
    QIANFAN,
    SAME,
)

from orchestration.exports.errors import ExportError
from orchestration.exports.layout.book import Layout, LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.layout.recognise import fit, recognise
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK, load_rulebook

BOOK = load_layouts()


def meaning(layout: Layout, header: str) -> str | None:
    """The column that a header becomes, NOT_USED, or None where the layout does not know it."""
    key = normalise(header)
    if layout.ignored.get(key) == "not_used":
        return NOT_USED
    return layout.column_of.get(key)


def fitting(headers: Sequence[str], book: LayoutBook = BOOK) -> list[str]:
    """The sources that a header row has everything of, each asked alone."""
    return [
        source
        for source, layout in book.layouts.items()
        if fit(headers, LayoutBook({source: layout}))[0]
    ]


def test_what_is_shipped_is_what_is_known() -> None:
    assert set(BOOK.sources) == set(HEADERS)


@pytest.mark.parametrize("source", HEADERS)
def test_every_known_header_has_its_column_or_a_reason(source: str) -> None:
    layout = BOOK.get(source)
    found = {header: meaning(layout, header) for header in HEADERS[source]}
    assert found == HEADERS[source]


@pytest.mark.parametrize("source", JUGUANG)
def test_old_and_new_names_mean_the_same(source: str) -> None:
    layout = BOOK.get(source)
    known = {**DIMENSIONS, **METRICS}
    assert {old: meaning(layout, old) for old in SAME} == {o: known[n] for o, n in SAME.items()}


@pytest.mark.parametrize("source", HEADERS)
def test_brackets_may_be_of_either_width(source: str) -> None:
    layout = BOOK.get(source)
    for pair in ("()", "（）"):
        width = str.maketrans("()（）", pair + pair)
        narrow = {header: meaning(layout, header.translate(width)) for header in HEADERS[source]}
        assert narrow == HEADERS[source]


@pytest.mark.parametrize("source", HEADERS)
def test_a_full_file_and_a_bare_one_are_of_one_source_only(source: str) -> None:
    layout = BOOK.get(source)
    bare = [column.headers[0] for column in layout.required]
    full = list(HEADERS[source])
    for headers in (full, full[::-1], bare):
        assert fitting(headers) == [source]
        assert recognise(headers, BOOK, "f.csv").layout.source == source
    assert recognise(full, BOOK, "f.csv").unknown == ()


@pytest.mark.parametrize("level", JUGUANG)
def test_breakdowns_never_change_the_level(level: str) -> None:
    bare = [column.headers[0] for column in BOOK.get(level).required]
    assert recognise([*BREAKDOWNS, *bare], BOOK, "f.csv").layout.source == level
    assert {DIMENSIONS[header] for header in BREAKDOWNS} <= set(
        BOOK.get(level).terms[-1].breakdowns
    )


@pytest.mark.parametrize(
    "finer",
    [
        *(
            "SPU",
            "SPU ID",
            "SPUID",
            "SPU名称",
            "spu_id",
            "人群包",
            "性别",
            "年龄",
            "城市",
            "商品ID",
        ),
        *("新客消耗", "平台额外补贴金额", "7日总支付金额（转化时间）"),
    ],
)
@pytest.mark.parametrize("level", JUGUANG)
def test_a_finer_level_or_another_product_is_never_taken_for_a_known_level(
    level: str, finer: str
) -> None:
    headers = [*HEADERS[level], finer]
    assert fitting(headers) == []
    with pytest.raises(ExportError):
        recognise(headers, BOOK, "f.csv")


@pytest.mark.parametrize(
    "ids", [("创意ID", "关键词"), ("笔记ID", "搜索词"), ("创意名称", "搜索词"), ("单元名称",)]
)
def test_levels_that_are_crossed_or_without_their_id_are_refused(ids: tuple[str, ...]) -> None:
    assert fitting(["时间", *ids, *METRICS]) == []


def test_an_item_report_of_skus_or_days_is_no_item_report() -> None:
    for finer in ("SKU编码", "SPUID", "BARCODE", "周期"):
        assert fitting([*QIANFAN["qianfan__items"], finer]) == []
    assert fitting([*QIANFAN["qianfan__shop_days"], "商品ID", "SPUID", "BARCODE"]) == []


@pytest.mark.parametrize("source", HEADERS)
def test_every_file_can_tell_its_owner_and_its_rows_can_be_replaced(source: str) -> None:
    layout = BOOK.get(source)
    owner = "account_id" if source in JUGUANG else "shop_id"
    assert layout.columns[owner].type == "text"
    assert layout.columns[owner].headers[0] in ("账户ID", "店铺ID")
    required = {column.name for column in layout.required}
    told = {name for name, column in layout.columns.items() if column.derived_from == "period"}
    optional = {"account_id", "shop_id", "campaign_id", "unit_id", "keyword"}
    for terms in layout.terms:
        assert set(terms.keys) <= required | told | optional
        assert terms.has_cuts == (source in JUGUANG)


@pytest.mark.parametrize("source", HEADERS)
def test_personal_headers_are_never_read(source: str) -> None:
    layout = BOOK.get(source)
    more = ORDERS_PERSONAL if source == "qianfan__orders" else ()
    listed = [*more, "备注", "买家昵称", "手机号", "联系电话", "地址"]
    assert {layout.ignored.get(normalise(header)) for header in listed} == {"personal"}
    private = re.compile("姓名|电话|手机|地址|备注|留言|收件|收货人|身份证|邮箱|微信|昵称|快递")
    mapped = [header for column in layout.columns.values() for header in column.headers]
    # The name under which an account broadcasts is shown to everybody who watches.
    assert [h for h in mapped if private.search(h) and h != "主播昵称"] == []


def test_a_buyer_number_is_hashed_or_not_read() -> None:
    mapped = {s: meaning(layout, "用户编号") for s, layout in BOOK.layouts.items()}
    assert {s: column for s, column in mapped.items() if column} == {
        "qianfan__orders": "customer_key"
    }
    assert BOOK.get("qianfan__orders").columns["customer_key"].type == "customer"


@pytest.mark.parametrize("source", HEADERS)
def test_types_follow_what_a_column_is_called(source: str) -> None:
    suffixes: Mapping[str, str] = {
        "_id": "text",
        "_name": "text",
        "_at": "timestamp",
        "_date": "date",
        "_amount": "money",
        "_share": "rate",
        "_rank": "decimal",
        "_users": "integer",
        "_buyers": "integer",
        "_orders": "integer",
        "_visitors": "integer",
    }
    for name, column in BOOK.get(source).columns.items():
        for suffix, expected in suffixes.items():
            if name.endswith(suffix):
                assert column.type == expected, name
        if re.search(r"(^|_)(gmv|spend)(_|$)", name):
            assert column.type == "money", name


def test_a_new_spelling_of_a_figure_is_one_row_for_all_levels(tmp_path: Path) -> None:
    (tmp_path / "_juguang").mkdir()
    row = "gmv_paid_7d_by_click,7日成交额,money,no,2026-01-01,seen,\n"
    first = "column,header,type,required,valid_from,certainty,note\n"
    (tmp_path / "_juguang" / "columns.csv").write_text(first + row, encoding="utf-8")
    book = load_layouts(tmp_path)
    assert {meaning(book.get(source), "7日成交额") for source in JUGUANG} == {
        "gmv_paid_7d_by_click"
    }
    assert meaning(book.get("qianfan__items"), "7日成交额") is None


def test_every_source_has_a_due_time() -> None:
    assert set(load_rulebook(DEFAULT_RULEBOOK).settings.sources) == set(BOOK.sources)


@pytest.mark.parametrize(
    ("source", "coverage"),
    [
        ("qianfan__orders", "rows_to_export"),
        ("qianfan__aftersales", "rows_to_export"),
        ("qianfan__live_sessions", "rows_to_export"),
        ("qianfan__shop_days", "rows"),
        ("qianfan__items", "declared"),
        ("seedbed__incentive_grants", "rows_to_export"),
        *((source, "rows_to_export") for source in JUGUANG),
    ],
)
def test_how_a_file_proves_its_days(source: str, coverage: str) -> None:
    assert [terms.coverage for terms in BOOK.get(source).terms] == [coverage]
