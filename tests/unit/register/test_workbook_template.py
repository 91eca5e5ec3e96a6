"""The workbook that people fill in: what it offers, and that its examples are not read."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from register_kit import MADE_AT, filled_in, merchant, register, take

from orchestration.register import Register, Team
from orchestration.register.workbook.columns import EXPLANATION, sheet_plans
from orchestration.register.workbook.write import workbook_bytes


@pytest.fixture(scope="module")
def template() -> Workbook:
    return openpyxl.load_workbook(BytesIO(workbook_bytes(Register(), MADE_AT)))


def _lists(book: Workbook, sheet: str) -> dict[str, str]:
    """Header and source of each drop-down list; every one of them reaches far down."""
    found = {}
    for rule in book[sheet].data_validations.dataValidation:
        (cells,) = rule.sqref.ranges
        assert cells.min_row == 2
        assert cells.max_row > 900
        header = book[sheet].cell(1, cells.min_col).value
        found[str(header)] = str(rule.formula1) if rule.type == "list" else str(rule.type)
    return found


def test_the_sheets_and_their_drop_down_lists(template: Workbook) -> None:
    assert template.sheetnames == ["商家", "店铺", "广告账户", "收件人", "团队", "说明"]
    languages = '"中文,英文,意大利文"'
    digests = '"商家周报,数据团队周报,激励项目周报"'
    assert _lists(template, "商家") == {
        "入驻日期": "date",
        "周报语言": languages,
        "私域经营": '"是,否"',
    }
    assert _lists(template, "店铺") == {}
    assert _lists(template, "广告账户") == {"平台": '"聚光,乘风,聚光Lite,蒲公英"'}
    assert _lists(template, "收件人") == {"渠道": '"Slack,邮件,Webhook"', "内容": digests}
    assert _lists(template, "团队") == {
        "周报语言": languages,
        "渠道": '"Slack,邮件,Webhook"',
        "内容": digests,
    }


def test_whole_columns_are_text_so_that_typed_ids_keep_their_digits(template: Workbook) -> None:
    for plan in sheet_plans():
        sheet = template[plan.name]
        assert sheet.freeze_panes == "B2"
        # Neighbours that look alike are kept as one.
        looks = [
            look
            for _, look in sorted(sheet.column_dimensions.items())
            for _ in range(look.min or 0, (look.max or 0) + 1)
        ]
        for look, column in zip(looks, plan.columns, strict=True):
            assert look.width >= column.width
            assert look.number_format == ("yyyy-mm-dd" if column.kind == "date" else "@")


def test_every_column_is_explained_in_both_languages(template: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in template[EXPLANATION].iter_rows(min_row=7)]
    columns = [(plan.name, column) for plan in sheet_plans() for column in plan.columns]
    assert len(rows) == len(columns)
    for row, (sheet, column) in zip(rows, columns, strict=True):
        assert str(row[0]).startswith(sheet)
        assert row[1] == f"{column.header} {column.title}"
        assert bool(row[2]) == column.is_required
        assert row[3:] == [column.zh, column.en]
        assert "\n" not in column.zh + column.en


def test_the_template_as_it_is_changes_nothing() -> None:
    home = Register(merchants=(merchant("m001"),), team=Team(locale="it"))
    imported = take(workbook_bytes(Register(team=home.team), MADE_AT), home)
    assert (imported.register, imported.sentences) == (home, [])
    assert imported.notes == ["Sheet 商家 has no merchant yet; examples are not read."]


def test_only_a_register_without_merchants_shows_examples() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(register(merchant("m001")), MADE_AT)))
    for plan in sheet_plans():
        assert "示例" not in [cell.value for cell in book[plan.name]["A"]]


@pytest.mark.parametrize(("cell", "value"), [("B2", "我的店"), ("E2", "2025-01-01"), ("G2", "UTC")])
def test_an_example_that_was_typed_over_is_not_lost(cell: str, value: str) -> None:
    def edit(book: Workbook) -> None:
        book["商家"][cell] = value

    (sentence,) = take(filled_in(edit), Register()).sentences
    assert sentence.startswith("Sheet 商家, row 2: it still begins with 示例")
