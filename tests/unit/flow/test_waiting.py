"""What keeps a digest, for what, until when, and as what it goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from orchestration.digest.content import DigestContent, SourceState
from orchestration.flow.digests.sendable import is_worth_telling, lacks
from orchestration.flow.digests.waiting import HOLD, RELEASE, Going, Ruled, Waiting, Window, decide
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.incentives.sendable import Checks, Need, Sendable, load_sendable
from orchestration.periods import Week

WEEK = Week(date(2024, 9, 9))
# Monday 09:00 and Tuesday 18:00 in China.
OPENS = datetime(2024, 9, 16, 1, tzinfo=UTC)
CLOSES = datetime(2024, 9, 17, 10, tzinfo=UTC)
WINDOW = Window(OPENS, CLOSES)
SHIPPED = load_sendable(DEFAULT_RULEBOOK, DEFAULT_RULEBOOK)
HELD = Ruled(HOLD, "The refunds look wrong.", "lina")
SECOND = timedelta(seconds=1)


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
        kind=kind,
        merchant_id="m001" if kind == "merchant" else "",
        week=WEEK.monday,
        sources=sources,
    )


WHOLE = content(state("qianfan__orders"))
PARTIAL = content(state("qianfan__orders", 4, 5, 6), state("qianfan__aftersales", 0, 3))
NOTHING = content(state("qianfan__orders", *range(7)))


def fate(digest: DigestContent, moment: datetime, ruled: Ruled | None = None) -> Going | Waiting:
    return decide(digest, SHIPPED, ruled, WINDOW, moment)


def test_hours_count_from_the_end_of_sunday_in_china() -> None:
    assert Window.of(WEEK, 9, 42) == WINDOW


def test_a_cut_off_before_the_opening_wins() -> None:
    midnight = datetime(2024, 9, 15, 16, tzinfo=UTC)
    assert Window.of(WEEK, 9, 0) == Window(midnight, midnight)


def test_nothing_leaves_before_the_window_opens() -> None:
    for digest, ruled in product(
        (WHOLE, PARTIAL, content(kind="data_team")), (None, Ruled(RELEASE, "", ""))
    ):
        found = fate(digest, OPENS - SECOND, ruled)
        assert isinstance(found, Waiting)
        assert "leaves on Monday 2024-09-16 09:00 at the earliest" in found.sentence
    assert fate(WHOLE, OPENS) == Going("sent")


def test_what_is_required_and_missing_keeps_it_until_the_cut_off() -> None:
    found = fate(PARTIAL, CLOSES - SECOND)
    assert isinstance(found, Waiting)
    assert [lack.sentence for lack in found.lacks] == [
        "qianfan__orders of 2024-09-13 to 2024-09-15 "
        "(gmv, order_count, active_customers, new_customers)",
        "qianfan__aftersales of 2024-09-09, 2024-09-12 (refund_amount, net_gmv)",
    ]
    assert "Tuesday 2024-09-17 18:00" in found.sentence
    assert "--merchant m001 --anyway" in found.sentence
    gone = fate(PARTIAL, CLOSES)
    assert isinstance(gone, Going)
    assert gone.ending == "sent_with_gaps"
    assert "qianfan__aftersales of 2024-09-09, 2024-09-12" in gone.detail


def test_where_no_required_figure_has_a_day_a_notice_goes() -> None:
    assert isinstance(fate(NOTHING, CLOSES - SECOND), Waiting)
    gone = fate(NOTHING, CLOSES)
    assert isinstance(gone, Going)
    assert (gone.ending, gone.notice) == ("notice", "nothing_known")


def test_one_covered_day_is_worth_a_digest() -> None:
    gone = fate(content(state("qianfan__orders", *range(6))), CLOSES)
    assert isinstance(gone, Going)
    assert (gone.ending, gone.notice) == ("sent_with_gaps", None)


@pytest.mark.parametrize("digest", [WHOLE, PARTIAL, NOTHING])
def test_a_hold_beats_what_is_there_and_ends_in_a_notice(digest: DigestContent) -> None:
    found = fate(digest, CLOSES - SECOND, HELD)
    assert isinstance(found, Waiting)
    assert found.state == "held"
    assert "held by lina: The refunds look wrong." in found.sentence
    gone = fate(digest, CLOSES, HELD)
    assert isinstance(gone, Going)
    assert (gone.ending, gone.notice) == ("notice", "held")


@pytest.mark.parametrize("digest", [WHOLE, PARTIAL, NOTHING])
def test_what_is_released_goes_as_it_is(digest: DigestContent) -> None:
    gone = fate(digest, OPENS, Ruled(RELEASE, "The owner knows.", "lina"))
    assert gone == Going("released", "The owner knows.")


@pytest.mark.parametrize(
    "digest",
    [
        content(),
        content(state("qianfan__items", 0, is_required=False)),
        content(state("qianfan__aftersales", 0, is_required=False), state("qianfan__orders")),
        content(state("qianfan__orders", 0), kind="data_team"),
    ],
)
def test_nothing_else_keeps_one(digest: DigestContent) -> None:
    assert fate(digest, OPENS) == Going("sent")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({"rows_loaded": 95, "rows_quarantined": 5}, ""),
        ({"rows_loaded": 0, "rows_quarantined": 0}, ""),
        (
            {"rows_loaded": 94, "rows_quarantined": 6},
            "at most 5.0% of its rows set aside, not 6.0%",
        ),
    ],
)
def test_rows_set_aside_keep_it_beyond_their_share(rows: dict[str, int], told: str) -> None:
    found = lacks(content(state("qianfan__orders").model_copy(update=rows)), SHIPPED)
    assert [lack.check for lack in found] == ([told] if told else [])


def test_every_check_is_the_most_that_is_allowed() -> None:
    checks = Checks(rejected_share=0, held_rows=9, bridged_days=0)
    table = Sendable(
        figures=(Need(figure="gmv", source="qianfan__orders", min_days=0, checks=checks),)
    )
    faults = {"rows_loaded": 1, "rows_quarantined": 1, "rows_held": 10}
    days = {"bridged_days": (WEEK.monday,)}
    bad = state("qianfan__orders").model_copy(update={**faults, **days})
    assert len(lacks(content(bad), table)) == 3
    good = state("qianfan__orders").model_copy(update={"rows_held": 9})
    assert not lacks(content(good), table)


def test_fewer_days_than_a_week_may_be_enough() -> None:
    need = Need(figure="gmv", source="qianfan__orders", min_days=5)
    table = Sendable(figures=(need,))
    assert not lacks(content(state("qianfan__orders", 5, 6)), table)
    assert lacks(content(state("qianfan__orders", 4, 5, 6)), table)


def test_an_empty_table_waits_for_nothing() -> None:
    table = Sendable(figures=())
    assert decide(NOTHING, table, None, WINDOW, OPENS) == Going("sent")
    assert is_worth_telling(NOTHING, table)


def test_every_week_is_over_at_the_cut_off() -> None:
    """Whatever is there and whoever said what: one ending each, and none waits."""
    digests = (WHOLE, PARTIAL, NOTHING, content(), content(kind="data_team"))
    for digest, ruled in product(digests, (None, HELD, Ruled(RELEASE, "", ""))):
        assert isinstance(fate(digest, CLOSES, ruled), Going)
