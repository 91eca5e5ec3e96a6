"""Counts to decisions."""

from __future__ import annotations

import pytest

from expectations.verdict import exceeds_run_share, judge


@pytest.mark.parametrize(
    ("rows", "rejected", "decision"),
    [
        (100, 0, "loaded"),
        (100, 20, "loaded"),
        (100, 21, "held"),
        (19, 18, "loaded"),
        (20, 18, "held"),
        (5, 5, "held"),
        (0, 0, "loaded"),
    ],
)
def test_a_file_is_held_beyond_the_share(rows: int, rejected: int, decision: str) -> None:
    assert judge(rows, rejected, max_share=0.2, min_rows=20) == decision


def test_the_run_stops_beyond_its_own_share() -> None:
    assert exceeds_run_share(100, 35, max_share=0.34)
    assert not exceeds_run_share(100, 34, max_share=0.34)
    assert not exceeds_run_share(0, 0, max_share=0.34)
