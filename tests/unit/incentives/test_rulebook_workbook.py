"""A rulebook as a workbook: there and back, and every fault by sheet and cell."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from programme_kit import AFTER, LADDER, loaded, programme, version
from python_calamine import CalamineWorkbook

from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.programmes.load import Programmes, load_programmes
from orchestration.incentives.programmes.rows import programme_rows
from orchestration.incentives.programmes.workbook.read import programmes_of
from orchestration.incentives.programmes.workbook.write import workbook_bytes
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK

MADE_AT = datetime(2024, 9, 16, tzinfo=UTC)
Change = tuple[str, str, Any]


def read(content: bytes) -> Programmes:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return programmes_of(
        (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in book.sheet_names
    )


def there_and_back(programmes: Programmes, *changes: Change) -> Programmes:
    content = workbook_bytes(programmes, MADE_AT)
    if not changes:
        return read(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, cell, value in changes:
        book[sheet][cell] = value
    changed = io.BytesIO()
    book.save(changed)
    return read(changed.getvalue())


def everything(folder: Path) -> Programmes:
    """A rulebook with something in every column."""
    gates = [
        {"id": "private", "metric": "private_domain", "is": False},
        {
            "any": [
                {"id": "trees", "metric": "category", "exclude": ["家居、家具", "true"]}
                | {"taxonomy": "shop_category", "taxonomy_version": "2024-09"},
                {"id": "sold", "metric": "gmv", "above": "0.5", "period": "before_window"}
                | {"days": "28"},
                {"id": "young", "metric": "days_since_joined", "at_most": "30"},
            ]
        },
    ]
    goals = [{"any": [{"id": "orders", "metric": "order_count", "at_least": "3"}]}]
    baseline = {"from": "1900-01-01", "to": "2024-06-29", "zero": "lowest"}
    growth = {
        **LADDER,
        "unit": "ad_credit",
        "measure": {"metric": "gmv", "basis": "growth"},
        "baseline": baseline,
        "tiers": [
            {"from": "0.1", "amount": "1234567890123456.78"},
            {"from": "0.25", "amount": "1"},
        ],
        "window_cap": "5",
        "merchant_cap": "6.5",
        "claims_cap": "4",
        "budget": "0.07",
    }
    rated = {**LADDER, "mode": "marginal", "tiers": [{"from": "0", "rate": "0.000001"}]}
    first = version(
        gates=gates,
        goals=goals,
        reward=growth,
        valid_to="2024-09-02",
        exclusive=[{"group": "g", "rank": "2"}, {"group": "h", "rank": "1"}],
    )
    again = version(recorded_at="2024-08-01T12:00:00.5+00:00", valid_to="2024-09-02")
    a = programme(
        "a", first, again, version(2, valid_from="2024-09-02", window={"kind": "monthly"})
    )
    b = programme("b", version(window={**AFTER, "starts": "next_day"}, reward=rated))
    campaign = {"kind": "campaign", "start": "2024-08-01", "end": "2024-09-01"}
    c = programme("c", version(window=campaign, reward={"unit": "exposures", "mode": "fixed"}))
    statement = {
        "merchant_id": "007",
        "valid_from": "2024-07-01",
        "recorded_at": "2024-07-02T00:00Z",
    }
    facts = {
        "facts": [
            {"fact": "score", "unit": "score", "about": "=1+1"},
            {"fact": "signed_up", "unit": "yes_no"},
        ],
        "statements": [
            {**statement, "fact": "score", "value": "4.2", "valid_to": "2024-08-01"},
            {**statement, "fact": "signed_up", "value": False},
        ],
    }
    for named, name in ((a, '=HYPERLINK("http://x")'), (b, "+1"), (c, "@x")):
        named["name"] = {"zh": "-1", "it": name}
    return loaded(folder, a, b, c, facts=facts)


def test_there_and_back_everything_compiles_to_the_same(tmp_path: Path) -> None:
    before = everything(tmp_path)
    after = there_and_back(before)
    old, new = programme_rows(before), programme_rows(after)
    for name, rows in old.items():
        assert sorted(map(str, new[name])) == sorted(map(str, rows)), name


def test_there_and_back_the_shipped_rulebook_is_the_same() -> None:
    before = load_programmes(DEFAULT_RULEBOOK, DEFAULT_RULEBOOK)
    after = there_and_back(before)
    assert [one.says for one in after.documents] == [one.says for one in before.documents]
    assert after.facts.says == before.facts.says


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(everything(tmp_path), MADE_AT)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(cell.value == '=HYPERLINK("http://x")' for cell in cells)


def shipped() -> Programmes:
    return load_programmes(DEFAULT_RULEBOOK, DEFAULT_RULEBOOK)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("版本", "E2", "one"), "Sheet 版本, row 2, column E (版本)"),
        (("版本", "G2", "2025-09-15 extra"), "Sheet 版本, row 2, column G (生效日), "),
        (("版本", "G2", "03/04/2025"), "day and month can be taken for each other"),
        (("版本", "F2", datetime(2025, 9, 15)), "has no version 1 of it that was recorded"),  # noqa: DTZ001
        (
            ("版本", "K2", "Z"),
            "column K (可信度): versions › 1 › provenance › certainty: it must be",
        ),
        (("版本", "L2", "maybe"), "column L (含假设), 'maybe': write true or false."),
        (
            ("版本", "L2", None),
            "column L (含假设): versions › 1 › provenance › is_assumption: it is",
        ),
        (("版本", "M2", None), "row 2, column M (窗口): it is blank; fill it in."),
        (("版本", "M2", "daily"), "column M (窗口): versions › 1 › window: 'daily' is no kind"),
        (("版本", "Q2", 30), "column Q (窗口天数): versions › 1 › window › days: no such field"),
        (("版本", "AG2", 1e16), "has lost its last ones"),
        (("版本", "A1", "Project X"), "Sheet 版本, row 1, column A (Project X)"),
        (("版本", "B1", "版本"), "has this header too"),
        (("条件", "B2", 7), "sheet 版本 has no version 7 of it"),
        (("条件", "H2", "equals"), "column H (比较), 'equals': choose one of at_least, "),
        (("条件", "I3", "4,2"), "Sheet 条件, row 3, column I (值（类目用、分隔）): "),
        (("条件", "D2", "window"), "column D (角色), 'window': choose one of gates, goals."),
        (("阶梯", "D2", 2), "the tiers of double_11_2025_growth are 2, 2, 3; number them from 1"),
        (("阶梯", "F2", "many"), "Sheet 阶梯, row 2, column F (额度): "),
        (("互斥组", "E2", 0), "Sheet 互斥组, row 2, column E (优先级): "),
        (("事实", "B2", None), "Sheet 事实, row 2, column B (单位): it is blank"),
        (("事实", "A2", "double_11_2025_signed_up"), "is declared twice"),
        (("事实陈述", "A2", "m1"), "Sheet 事实陈述, row 2, column B (事实): it is blank"),
    ],
)
def test_a_fault_names_sheet_and_cell(change: Change, words: str) -> None:
    with pytest.raises(RulebookError) as caught:
        there_and_back(shipped(), change)
    assert any(words in fault for fault in caught.value.faults), caught.value.faults
    assert all(fault.startswith("Sheet ") for fault in caught.value.faults)


def test_numbers_that_a_spreadsheet_made_of_texts_are_read(tmp_path: Path) -> None:
    found = there_and_back(shipped(), ("条件", "I3", 4.3), ("版本", "E2", "1"))
    conditions = programme_rows(found)["rulebook_conditions"]
    assert {str(row["threshold"]) for row in conditions if row["metric"] == "shop_score"} == {
        "4.3000"
    }


def test_english_headers_and_sheets_are_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(shipped(), MADE_AT)))
    book["版本"].title = "versions"
    book["versions"]["A1"] = "Programme"
    book["versions"]["M1"] = "window.kind"
    changed = io.BytesIO()
    book.save(changed)
    assert len(read(changed.getvalue()).documents) == len(shipped().documents)


def test_a_workbook_of_something_else_is_told() -> None:
    book, changed = openpyxl.Workbook(), io.BytesIO()
    book.save(changed)
    with pytest.raises(RulebookError, match="Sheet 版本 is missing") as caught:
        read(changed.getvalue())
    assert len(caught.value.faults) == 2


def test_an_empty_rulebook_there_and_back(tmp_path: Path) -> None:
    assert there_and_back(loaded(tmp_path)).documents == ()
