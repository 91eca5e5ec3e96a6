"""Cells of a workbook that are taken, and every fault of one with its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.workbook import Workbook
from register_kit import adding, filled_in, merchant, register, take

from orchestration.register import Register, Shop

DAY = date(2024, 3, 1)
Rows = dict[str, Sequence[list[Any]]]


# --- days


@pytest.mark.parametrize(
    "written",
    [
        datetime.fromisoformat("2024-03-01"),
        "2024-03-01",
        "2024/3/1",
        "2024.03.01",
        "2024年3月1日",
        "２０２４／０３／０１",
        " 2024-03-01 ",
    ],
)
def test_a_day_may_be_written_with_the_year_first(written: object) -> None:
    content = filled_in(adding({"商家": [["m001", "花", None, None, written]]}))
    assert take(content, Register()).register == register(merchant("m001", "花"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("01/02/2024", "'01/02/2024': day and month can be taken for each other"),
        ("1.2.24", "day and month can be taken for each other"),
        ("2024-02-30", "there is no such day"),
        ("2024-03/01", "it is no date"),
        ("last spring", "'last spring': it is no date"),
        (45352, "'45352': it is no date"),
        (True, "it is no date"),
        (datetime.fromisoformat("2024-03-01 09:30"), "it has a time of day"),
        ("2012-12-31", "the platform opened on 2013-06-01"),
        ("=DATE(2024,3,1)", "its formula has no result"),
        (None, "it is blank; fill it in"),
    ],
)
def test_a_day_that_could_be_another_is_refused_with_its_cell(written: object, told: str) -> None:
    content = filled_in(adding({"商家": [["m001", "花", None, None, written]]}))
    (sentence,) = take(content, Register()).sentences
    assert sentence.startswith("Sheet 商家, row 3, column E (入驻日期)")
    assert told in sentence


# --- ids


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (7001, "7001"),
        (7001.0, "7001"),
        (999_999_999_999_999, "999999999999999"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("000123", "000123"),
    ],
)
def test_an_id_is_taken_while_its_digits_are_sure(written: object, read: str) -> None:
    rows: Rows = {"商家": [["m001", "花", None, None, DAY]], "店铺": [["m001", written]]}
    imported = take(filled_in(adding(rows)), Register())
    assert imported.sentences == []
    assert imported.register.merchants[0].shops == (Shop(shop_id=read),)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (10**15, "more than 15 digits has lost its last ones"),
        (123456789012345678901, "more than 15 digits has lost its last ones"),
        ("1.23457E+17", "its last digits are lost"),
        (7001.5, "an id has no decimals"),
        (True, "the spreadsheet changed what was typed"),
        (datetime.fromisoformat("2024-03-01"), "the spreadsheet changed what was typed"),
        ("x" * 501, "longer than 500 characters"),
    ],
)
def test_an_id_whose_digits_are_lost_is_refused(written: object, told: str) -> None:
    rows: Rows = {"商家": [["m001", "花", None, None, DAY]], "店铺": [["m001", written]]}
    (sentence,) = take(filled_in(adding(rows)), Register()).sentences
    assert sentence.startswith("Sheet 店铺, row 3, column B (店铺ID), '")
    assert told in sentence


# --- everything wrong at once


def test_all_faults_are_told_at_once_in_the_order_of_the_workbook() -> None:
    rows: Rows = {
        "商家": [
            ["m001", "花", None, None, DAY],
            ["BAD", None, None, None, "01/02/2024", "法语", "Mars", "cny", None, None, "也许"],
            ["m001", "茶", None, None, None],
        ],
        "店铺": [["nobody", "9"], ["m001", "s"], ["花", "s"], [None, 1.5]],
        "广告账户": [["m001", "百度", 1]],
        "收件人": [["m001", "邮件", "a"], ["m001", None, None]],
        "团队": [["中文", "Slack", None]],
    }
    told = [
        sentence.split(":")[0] for sentence in take(filled_in(adding(rows)), Register()).sentences
    ]
    assert told == [
        "Sheet 商家, row 4, column A (商家编号), 'BAD'",
        "Sheet 商家, row 4, column B (中文名称)",
        "Sheet 商家, row 4, column E (入驻日期), '01/02/2024'",
        "Sheet 商家, row 4, column F (周报语言), '法语'",
        "Sheet 商家, row 4, column G (时区), 'Mars'",
        "Sheet 商家, row 4, column H (货币), 'cny'",
        "Sheet 商家, row 4, column K (私域经营), '也许'",
        "Sheet 商家, row 5, column A (商家编号), 'm001'",
        "Sheet 商家, row 5, column E (入驻日期)",
        "Sheet 店铺, row 3, column A (商家), 'nobody'",
        "Sheet 店铺, row 5, column B (店铺ID), 's'",
        "Sheet 店铺, row 6, column A (商家)",
        "Sheet 店铺, row 6, column B (店铺ID), '1.5'",
        "Sheet 广告账户, row 3, column B (平台), '百度'",
        "Sheet 收件人, row 3, column C (地址), 'a'",
        "Sheet 收件人, row 4, column B (渠道)",
        "Sheet 收件人, row 4, column C (地址)",
        "Sheet 团队, row 3, column A (周报语言), '中文'",
        "Sheet 团队, row 3, column C (地址)",
    ]


def test_a_fault_leaves_the_register_as_it_is() -> None:
    home = register(merchant("m009"))
    rows: Rows = {"商家": [["m001", "花", None, None, DAY], ["m002", "茶", None, None, None]]}
    imported = take(filled_in(adding(rows)), home, replace=True)
    assert imported.register == home
    assert len(imported.sentences) == 1


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        ("店铺", ["m001", "s-9"], "it belongs to m009, which is in the register but not in this"),
        ("店铺", ["m001", "s-2"], "it belongs to m002 (row 4) already"),
        ("广告账户", ["m001", "聚光", "7002"], "it belongs to m002 (row 3) already"),
        ("店铺", ["m009", "s-3"], "it is in the register, but has no row in sheet 商家"),
        ("店铺", ["同名", "s-3"], "m003 and m004 have this name; write the id"),
        ("商家", [None, "同名", None, None, DAY], "row 5 has the same name; write an id"),
        ("商家", [None, "双", None, None, DAY], "m007 and m008 have this name; write the id"),
    ],
)
def test_what_could_be_two_things_is_refused(sheet: str, row: list[Any], told: str) -> None:
    home = register(
        merchant("m009", "九", shops=(Shop(shop_id="s-9"),)),
        merchant("m007", "双"),
        merchant("m008", "双"),
    )
    rows: dict[str, list[list[Any]]] = {
        "商家": [
            ["m001", "花", None, None, DAY],
            ["m002", "茶", None, None, DAY],
            ["m003", "同名", None, None, DAY],
            ["m004", "同名", None, None, DAY],
        ],
        "店铺": [["m001", "s-1"], ["m002", "s-2"]],
        "广告账户": [["m002", "聚光", 7002]],
    }
    rows[sheet].append(row)
    (sentence,) = take(filled_in(adding(rows)), home).sentences
    assert told in sentence


def test_a_shop_of_a_merchant_that_is_replaced_is_free_again() -> None:
    home = register(merchant("m009", "九", shops=(Shop(shop_id="s-9"),)))
    rows: Rows = {"商家": [["m001", "花", None, None, DAY]], "店铺": [["m001", "s-9"]]}
    imported = take(filled_in(adding(rows)), home, replace=True)
    assert imported.sentences == []
    assert imported.register.get("m009") is None


# --- sheets and headers


def test_strange_sheets_and_columns_are_told_and_not_read() -> None:
    def edit(book: Workbook) -> None:
        book["商家"].append(["m001", "花", None, None, DAY])
        book["商家"]["AB1"] = "老板电话"
        book["商家"]["AB3"] = "secret"
        book.create_sheet("Sheet1")

    imported = take(filled_in(edit), Register())
    assert imported.register == register(merchant("m001", "花"))
    assert imported.notes[0].startswith("Sheet 商家, column AB (老板电话): no such column is known")
    assert imported.notes[1] == "Sheet Sheet1 is none of the register's; it is not read."
    assert not any("secret" in note for note in imported.notes)


def test_missing_and_doubled_headers_are_faults() -> None:
    def edit(book: Workbook) -> None:
        book["商家"]["E1"] = "开店日"
        book["店铺"]["C1"] = "店铺id"
        book["店铺"]["A1"] = None
        book["广告账户"].delete_rows(1, 2)

    assert take(filled_in(edit), Register()).sentences == [
        "Sheet 商家, row 1: there is no column 入驻日期; add it, with this header.",
        "Sheet 店铺, row 1: there is no column 商家; add it, with this header.",
        "Sheet 店铺, row 1, column C (店铺id): column B has this header too; keep one of the two.",
        "Sheet 广告账户, row 1: there is no column 商家、平台、账户ID; add it, with this header.",
    ]


def test_a_workbook_of_something_else_says_where_to_begin() -> None:
    def edit(book: Workbook) -> None:
        for name in book.sheetnames:
            book[name].title = f"x{name}"

    (sentence,) = take(filled_in(edit), Register()).sentences
    assert sentence.startswith("Sheet 商家: it is missing; begin with what `seedbed merchants")


def test_sheets_may_have_their_english_names_but_not_twice() -> None:
    def edit(book: Workbook) -> None:
        book["商家"].title = "MERCHANTS"
        book["团队"].title = "team "
        copy = book.copy_worksheet(book["店铺"])
        copy.title = "shops"

    (sentence,) = take(filled_in(edit), Register()).sentences
    assert sentence == "Sheet 店铺: there are two sheets of this name; keep one of them."


def test_replacing_by_nothing_is_refused() -> None:
    home = register(merchant("m001"))
    imported = take(filled_in(lambda book: None), home, replace=True)
    assert imported.register == home
    assert "nothing would be left of the register" in imported.sentences[0]


def test_blank_rows_above_the_headers_do_not_move_the_numbers_of_rows() -> None:
    def edit(book: Workbook) -> None:
        book["商家"].insert_rows(1, 2)
        book["商家"].append(["BAD", "花", None, None, DAY])

    (sentence,) = take(filled_in(edit), Register()).sentences
    assert sentence.startswith("Sheet 商家, row 5, column A")
