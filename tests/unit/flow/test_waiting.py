"""What keeps a digest, for what, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from orchestration.digest.content import DigestContent, SourceState
from orchestration.flow.digests.waiting import cut_off, waiting
from orchestration.periods import Week

WEEK = Week(date(2024, 9, 9))
# Tuesday 18:00 in China.
UNTIL = datetime(2024, 9, 17, 10, tzinfo=UTC)


def state(source: str, *missing: int, is_required: bool = True) -> SourceState:
    days = tuple(WEEK.monday + timedelta(days=day) for day in missing)
    return SourceState(
        source=source,
        is_required=is_required,
        days_covered=7 - len(days),
        days_in_period=7,
        missing_days=days,
    )


def content(*sources: SourceState, kind: str = "merchant") -> DigestContent:
    return DigestContent.model_construct(
        kind=kind, merchant_id="m001", week=WEEK.monday, sources=sources
    )


def test_hours_count_from_the_end_of_sunday_in_china() -> None:
    assert cut_off(WEEK, 42) == UNTIL
    assert cut_off(WEEK, 0) == datetime(2024, 9, 15, 16, tzinfo=UTC)


def test_what_is_whole_waits_for_nothing() -> None:
    assert waiting(content(state("qianfan__orders")), 42, UNTIL - timedelta(hours=8)) is None


def test_what_is_required_and_missing_keeps_it_until_the_cut_off() -> None:
    digest = content(state("qianfan__orders", 4, 5, 6), state("qianfan__aftersales", 0, 3))
    found = waiting(digest, 42, UNTIL - timedelta(seconds=1))
    assert found is not None
    assert found.missing == (
        "qianfan__orders of 2024-09-13 to 2024-09-15",
        "qianfan__aftersales of 2024-09-09, 2024-09-12",
    )
    assert "Tuesday 2024-09-17 18:00" in found.sentence
    assert "--merchant m001 --anyway" in found.sentence
    assert waiting(digest, 42, UNTIL) is None


@pytest.mark.parametrize(
    "digest",
    [
        content(state("qianfan__items", 0, is_required=False)),
        content(state("qianfan__orders", 0), kind="data_team"),
    ],
)
def test_nothing_else_keeps_one(digest: DigestContent) -> None:
    assert waiting(digest, 42, UNTIL - timedelta(hours=8)) is None
