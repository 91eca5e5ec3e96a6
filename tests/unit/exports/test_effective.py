from datetime import UTC, date, datetime, timedelta

import pytest

from orchestration.exports.effective import Receipt, effective_time, terms_for
from orchestration.exports.layout.load import load_layouts

LAYOUT = load_layouts().get("qianfan__orders")
RECEIVED = datetime(2024, 7, 1, 3, 0, tzinfo=UTC)
NAME = "小红书订单查询2024-05-27-09_30_139b4c5e.xlsx"


def at(*names: str) -> tuple[datetime, bool]:
    receipts = [Receipt(name, RECEIVED + timedelta(hours=n)) for n, name in enumerate(names)]
    effective = effective_time(receipts, LAYOUT.terms[0])
    return effective.at, effective.is_assumed


def test_the_name_tells_the_time_of_shanghai() -> None:
    assert at(NAME) == (datetime(2024, 5, 27, 1, 30, tzinfo=UTC), False)


def test_a_copy_keeps_its_time() -> None:
    assert at(f"shop A {NAME[:-5]} (1).xlsx") == at(NAME)


def test_the_newest_of_several_names_counts() -> None:
    newer = NAME.replace("05-27", "05-28")
    assert at("orders.xlsx", NAME, newer) == (datetime(2024, 5, 28, 1, 30, tzinfo=UTC), False)


def test_without_a_time_the_first_receipt_is_assumed() -> None:
    assert at("orders.xlsx", "again.xlsx") == (RECEIVED, True)


@pytest.mark.parametrize("wrong", ["2024-13-27-09_30", "2024-02-30-09_30", "2024-05-27-24_30"])
def test_an_impossible_time_is_no_time(wrong: str) -> None:
    assert at(f"小红书订单查询{wrong}_139b4c5e.xlsx") == (RECEIVED, True)


def test_the_terms_are_those_of_the_export_day() -> None:
    later = LAYOUT.terms[0].model_copy(update={"effective_from": date(2024, 6, 1), "title": "new"})
    layout = type(LAYOUT)(
        LAYOUT.source, LAYOUT.columns, LAYOUT.column_of, LAYOUT.ignored, (LAYOUT.terms[0], later)
    )
    assert terms_for(layout, [Receipt(NAME, RECEIVED)])[0] is LAYOUT.terms[0]
    assert terms_for(layout, [Receipt("orders.xlsx", RECEIVED)])[0] is later
