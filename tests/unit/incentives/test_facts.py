"""`facts.yml` alone: what cannot be stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from programme_kit import loaded

from orchestration.incentives.checked_yaml import RulebookError

WHOLE = {
    "merchant_id": "m1",
    "fact": "score",
    "value": "4.6",
    "valid_from": "2024-07-01",
    "recorded_at": "2024-07-02T00:00:00+08:00",
}
DECLARED = [{"fact": "score", "unit": "score"}]


def load(folder: Path, *statements: dict[str, Any], declared: Any = DECLARED) -> int:
    facts = {"facts": declared, "statements": list(statements)}
    return len(loaded(folder, facts=facts).facts.says.statements)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": "high"}, "'high' is no number"),
        ({"value": None}, "value"),
        ({"valid_to": "2024-07-01"}, "must be a day after valid_from"),
        ({"recorded_at": "2024-07-02"}, "no time with its zone"),
        ({"merchant_id": ""}, "blank"),
        ({"merchant": "m1"}, "no such field"),
    ],
)
def test_a_wrong_statement_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RulebookError) as caught:
        load(tmp_path, {**WHOLE, **changes})
    assert words in caught.value.faults[0]
    assert "facts.yml, line" in caught.value.faults[0]


def test_two_statements_of_one_moment_about_one_day_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"share 2024-08-01; which one counts would be chance"):
        load(tmp_path, WHOLE, {**WHOLE, "valid_from": "2024-08-01"})


@pytest.mark.parametrize(
    "other",
    [
        {"recorded_at": "2024-07-03T00:00:00+08:00"},
        {"merchant_id": "m2"},
        {"valid_from": "2024-06-01", "valid_to": "2024-07-01"},
    ],
)
def test_two_statements_that_do_not_compete_stand_beside_each_other(
    tmp_path: Path, other: dict[str, str]
) -> None:
    assert load(tmp_path, WHOLE, {**WHOLE, **other}) == 2


def test_the_same_moment_in_two_zones_is_one(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="would be chance"):
        load(tmp_path, WHOLE, {**WHOLE, "recorded_at": "2024-07-01T16:00:00+00:00"})


def test_a_fact_is_declared_once(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="the fact 'score' is declared twice"):
        load(tmp_path, declared=DECLARED * 2)
