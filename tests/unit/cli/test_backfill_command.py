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
