"""What a filled-in workbook asks for: ids that are left out, and what stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl.workbook import Workbook
from register_kit import adding, filled_in, merchant, register, take

from orchestration.register import AdAccount, Recipient, Register, Shop, Team
from orchestration.register.workbook.whose import free_ids

DAY = date(2024, 3, 1)
Rows = dict[str, Sequence[list[Any]]]


def test_a_name_and_a_day_are_enough() -> None:
    rows: Rows = {"商家": [[None, "花间小铺", None, None, DAY], [None, None, "Tea", None, DAY]]}
    imported = take(filled_in(adding(rows)), Register())
    assert imported.sentences == []
    assert imported.register.merchants == (
        merchant("m001", "花间小铺"),
        merchant("m002", name={"en": "Tea"}),
    )


def test_other_sheets_may_call_a_merchant_by_its_name() -> None:
    rows: Rows = {
        "商家": [[None, "花间小铺", "Flowers", None, DAY], ["tea", "茶", None, None, DAY]],
        "店铺": [["花间小铺", 12345], [" ｆｌｏｗｅｒｓ ", "0012"], ["tea", "00123", "茶店"]],
        "广告账户": [["茶", "聚光lite", 7001.0], ["茶", "pugongying", 7001.0]],
        "收件人": [["茶", "邮件", "a@example.com"], ["茶", "SLACK", "C01", "激励项目周报"]],
        "团队": [[None, "Slack", "C02"]],
    }
    asked = take(filled_in(adding(rows)), Register()).register
    flowers, tea = asked.merchants
    assert flowers.shops == (Shop(shop_id="12345"), Shop(shop_id="0012"))
    assert tea.shops == (Shop(shop_id="00123", name="茶店"),)
    assert tea.ad_accounts == (
        AdAccount(account_id="7001", platform="juguang_lite"),
        AdAccount(account_id="7001", platform="pugongying"),
    )
    assert tea.recipients == (
        Recipient(channel="email", address="a@example.com", digest="merchant"),
        Recipient(channel="slack", address="C01", digest="programme"),
    )
    team = Recipient(channel="slack", address="C02", digest="data_team")
    assert asked.team == Team(locale="en", recipients=(team,))


def test_the_same_workbook_twice_gives_no_second_merchant() -> None:
    content = filled_in(adding({"商家": [[None, "花间小铺", None, None, DAY]]}))
    first = take(content, Register()).register
    again = take(content, first)
    assert (again.register, again.sentences) == (first, [])


def test_an_id_that_was_used_before_is_not_given_again() -> None:
    home = register(merchant("m004", "四"), merchant("cloud", "云"))
    rows: Rows = {"商家": [[None, "花", None, None, DAY], ["m006", "六", None, None, DAY]]}
    content = filled_in(adding(rows))
    assert {m.merchant_id for m in take(content, home).register.merchants} == {
        *("cloud", "m004", "m006", "m007")
    }
    used = take(content, home, used_ids={"m011", "", "x"}).register
    assert used.get("m012") is not None
    assert next(free_ids([])) == "m001"
    assert next(free_ids(["m999", "m12x", "m"])) == "m1000"


def test_what_the_workbook_has_no_column_or_sheet_for_stays() -> None:
    shops = (Shop(shop_id="s-1"),)
    home = register(merchant("m001", timezone="Europe/Rome", shops=shops, industry_l1="家居"))

    def edit(book: Workbook) -> None:
        for name in book.sheetnames[1:]:
            del book[name]
        sheet = book["商家"]
        sheet.delete_cols(6, 3)
        sheet["B2"], sheet["F2"] = "新名", None

    imported = take(filled_in(edit, home), home)
    assert imported.sentences == []
    (known,) = imported.register.merchants
    assert (known.name.zh, known.timezone, known.shops) == ("新名", "Europe/Rome", shops)
    # A blank cell is an answer: there is none.
    assert known.industry_l1 is None
    assert (
        "Sheet 商家 has no column 周报语言、时区、货币; what is known of it stays."
        in imported.notes
    )
    assert "Sheet 店铺 is missing; what it lists stays as it is." in imported.notes


def test_a_sheet_without_rows_says_that_there_are_none() -> None:
    team = Team(recipients=(Recipient(channel="slack", address="C1", digest="data_team"),))
    home = register(merchant("m001", shops=(Shop(shop_id="s-1"),)), team=team)

    def edit(book: Workbook) -> None:
        book["店铺"].delete_rows(2)
        book["团队"].delete_rows(2)

    asked = take(filled_in(edit, home), home).register
    assert asked.merchants[0].shops == ()
    # But a team that nobody speaks of is left alone.
    assert asked.team == team


def test_a_team_row_of_a_language_alone_leaves_nobody_to_write_to() -> None:
    team = Team(recipients=(Recipient(channel="slack", address="C1", digest="data_team"),))

    def edit(book: Workbook) -> None:
        book["团队"].delete_rows(2)
        book["团队"].append(["意大利文"])

    home = register(merchant("m001"), team=team)
    assert take(filled_in(edit, home), home).register.team == Team(locale="it")
