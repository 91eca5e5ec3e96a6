"""`seedbed backfill`: what it wants to know before it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_kit import seedbed

from orchestration.home import Home
from tests.made_homes import new_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    return home


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--from", "2024-W01", "--to", "2024-W02"),
        ("--from", "2024-W01", "--to", "2024-W02", "--reason", "  "),
        ("--from", "2024-W01", "--reason", "first import"),
        ("--from", "2024-01-02", "--to", "last", "--reason", "first import"),
        ("--from", "2024-W02", "--to", "2024-W01", "--reason", "first import"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_and_leaves_no_trace(
    home: Home, words: tuple[str, ...]
) -> None:
    done = seedbed(home, "backfill", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert json.loads(seedbed(home, "backfill", "--log", "--json").out) == []


def test_weeks_before_a_first_week_of_ones_own_are_refused(home: Home) -> None:
    text = home.settings_file.read_text(encoding="utf-8")
    assert 'first_week = "2020-01-06"' in text
    home.settings_file.write_text(text.replace("2020-01-06", "2024-08-26"), encoding="utf-8")
    words = ("--to", "2024-W36", "--reason", "first import")
    done = seedbed(home, "backfill", "--from", "2024-W34", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "2024-W34 lies before schedule.first_week (2024-08-26) of this home" in done.err
    run = seedbed(home, "run", "--week", "2024-W34")
    assert (run.code, "(2024-08-26)" in run.err) == (2, True)
    assert json.loads(seedbed(home, "backfill", "--log", "--json").out) == []
