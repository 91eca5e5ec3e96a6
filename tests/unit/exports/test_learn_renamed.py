"""Proposals for a known source: renamed headers, new ones, and those that are never mapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from learn_kit import BOOK, ORDER, renamed_orders, table_of

from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.learn.proposal import ignored, left
from orchestration.exports.learn.renamed import missing, renamed

AMOUNT = "商家应收金额(元)（支付金额）"


def test_the_same_words_in_another_spelling_are_sure(tmp_path: Path) -> None:
    found = renamed_orders(
        tmp_path, {"支付时间": "付款时间", "订单号": "订单编号", "用户编号": "买家编号"}
    )
    assert {h: (p.action, p.column, p.type, p.required) for h, p in found.items()} == {
        "付款时间": ("map", "paid_at", "timestamp", "header"),
        "订单编号": ("map", "order_id", "text", "value"),
        "买家编号": ("map", "customer_key", "customer", "header"),
    }
    assert all(one.is_sure for one in found.values())


def test_every_reason_is_told(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(tmp_path, {"支付时间": "付款时间"}).values()
    assert proposal.why == (
        "named like '支付时间' (100%)",
        "stands where it is expected",
        "nothing else can be the one column that is missing",
        "9 of 9 cells read as timestamp",
    )
    assert proposal.examples == (ORDER["支付时间"],)


def test_a_likely_name_at_its_place_is_proposed_and_not_sure(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(tmp_path, {AMOUNT: "商家应收金额"}).values()
    assert (proposal.action, proposal.column) == ("map", "paid_amount")
    assert not proposal.is_sure


def test_a_spelling_of_another_source_counts_less(tmp_path: Path) -> None:
    """In after-sales 状态 is the state of the after-sale."""
    (proposal,) = renamed_orders(tmp_path, {"订单状态": "状态"}).values()
    assert (proposal.column, proposal.is_sure) == ("order_status", False)


def test_cells_that_do_not_read_speak_against_it(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(tmp_path, {"支付时间": "付款时间"}, 支付时间="09/02/2024").values()
    assert (proposal.action, proposal.column) == ("leave", "")


def test_a_header_without_any_cell_is_never_sure(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(
        tmp_path, {"订单创建时间": "订单创建日期"}, 订单创建时间=""
    ).values()
    assert (proposal.column, proposal.certainty) == ("created_at", 0.6)


def test_one_column_is_proposed_once(tmp_path: Path) -> None:
    found = renamed_orders(tmp_path, {"SKU件数": "SKU数量"}, SKU总件数="3")
    mapped = [one.column for one in found.values() if one.action == "map"]
    assert mapped == ["quantity"]


def test_what_the_file_has_already_is_not_proposed_again(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(tmp_path, {}, 付款时间="2024-09-02 10:00:00").values()
    assert proposal.column != "paid_at"


@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("收货手机", "12", "its name is that of something personal"),
        ("买家旺旺昵称", "某某", "its name is that of something personal"),
        ("支付编码", "13912345678", "its cells look like mobile numbers"),
        ("收件人身份证", "x", "its name is that of something personal"),
        ("会员号", "1", "its name is that of something personal"),
    ],
)
def test_a_person_is_dropped_and_shown_to_nobody(
    tmp_path: Path, header: str, cell: str, reason: str
) -> None:
    proposal = renamed_orders(tmp_path, {}, **{header: cell})[header]
    assert (proposal.action, proposal.is_personal, proposal.certainty) == ("ignore", True, 1.0)
    assert proposal.why == (reason,)
    assert proposal.examples == ()
    assert left(proposal) == proposal


def test_a_nickname_never_becomes_a_customer(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(tmp_path, {"用户编号": "用户旺旺昵称"}).values()
    assert (proposal.action, proposal.is_personal) == ("ignore", True)


def test_telephones_under_the_name_of_a_number_never_become_customers(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(
        tmp_path, {"用户编号": "买家编号"}, 用户编号="13912345678"
    ).values()
    assert (proposal.action, proposal.is_personal) == ("ignore", True)


def test_headers_that_other_sources_know(tmp_path: Path) -> None:
    found = renamed_orders(tmp_path, {}, 展现量="1,234", 点击率="5%", 消费="some", 复购率="7%")
    told = {header: (one.action, one.column) for header, one in found.items()}
    assert told == {
        "展现量": ("map", "impressions"),
        "点击率": ("ignore", ""),
        "消费": ("leave", ""),
        "复购率": ("ignore", ""),
    }
    assert found["展现量"].is_sure
    assert not found["复购率"].is_sure


def test_a_header_like_a_formula_stays_unknown(tmp_path: Path) -> None:
    (proposal,) = renamed_orders(tmp_path, {"支付时间": "=支付时间"}).values()
    assert (proposal.action, proposal.certainty) == ("leave", 0.0)
    assert ignored(proposal) == proposal


def test_a_person_under_such_a_header_is_not_shown(tmp_path: Path) -> None:
    proposal = renamed_orders(tmp_path, {}, **{"+电话": "13912345678"})["+电话"]
    assert (proposal.action, proposal.examples) == ("leave", ())


CELLS = {
    "text": "甲",
    "integer": "7",
    "money": "1.50",
    "decimal": "2.25",
    "rate": "5%",
    "timestamp": "2024-09-02 10:00:00",
    "date": "2024-09-02",
    "customer": "17850",
}


def forgetting(layout: Layout, header: str) -> LayoutBook:
    """All layouts, as if nobody had ever seen this spelling."""
    key = normalise(header)

    def without(one: Layout) -> Layout:
        columns = {
            name: replace(c, headers=tuple(h for h in c.headers if normalise(h) != key))
            for name, c in one.columns.items()
        }
        known = {k: name for k, name in one.column_of.items() if k != key}
        return replace(one, columns=columns, column_of=known)

    return LayoutBook({name: without(one) for name, one in BOOK.layouts.items()})


def renamings() -> Iterator[tuple[Layout, Column, str]]:
    """Every column of a shipped layout that has several spellings, with each of them, once."""
    seen: set[tuple[str, str]] = set()
    for layout in BOOK.layouts.values():
        for column in layout.columns.values():
            for header in column.headers if len(column.headers) > 1 else ():
                if (column.name, header) not in seen:
                    yield layout, column, header
                seen.add((column.name, header))


@pytest.mark.slow
def test_spellings_that_were_seen_are_found_again(tmp_path: Path) -> None:
    """Forget one spelling after the other: what is proposed with certainty is never wrong, and
    most of them are proposed."""
    tried, right, wrong = 0, 0, []
    for layout, column, header in renamings():
        own = [c for c in layout.columns.values() if c.headers]
        headers = [header if c is column else c.headers[0] for c in own]
        book = forgetting(layout, header)
        table, found = table_of(tmp_path, headers, [CELLS[c.type] for c in own], book=book)
        for one in renamed(book.get(layout.source), table, found, book):
            is_it = (one.header, one.column) == (header, column.name)
            tried, right = tried + 1, right + is_it
            if one.action == "map" and one.is_sure and not is_it:
                wrong.append((layout.source, header, one.column))
    assert wrong == []
    assert tried > 60
    assert right / tried > 0.85


def test_what_is_missing_names_what_is_needed_first(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, ["订单号", "订单状态"], ["P1", "已完成"])
    names = [column.name for column in missing(BOOK.get("qianfan__orders"), table)]
    needed = [c.name for c in BOOK.get("qianfan__orders").required]
    assert names[: len(needed) - 2] == [n for n in needed if n not in ("order_id", "order_status")]
    assert "order_id" not in names
