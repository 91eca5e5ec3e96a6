"""Each fault and warning of `seedbed rulebook check` about versions, units and names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from checks_kit import CAMPAIGN, FAULT, LATER, WARNING, one
from programme_kit import AFTER, FIXED, SAID, WEEKLY, found, programme, version

TO_AUGUST = {"valid_to": "2024-08-01"}

# 2 September 2024 is a Monday, like 1 July.
TO_SEPTEMBER = {"valid_to": "2024-09-02"}


def test_a_sound_rulebook_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, programme("a", version()), programme("b", version())) == []


# Versions


def test_overlapping_versions(tmp_path: Path) -> None:
    told = one(
        found(tmp_path, programme("a", version(), version(2, valid_from="2024-09-02"))),
        "overlapping versions",
        FAULT,
    )
    assert "from 2024-09-02, when version 1 still does (until further notice)" in told
    assert "valid_to: 2024-09-02" in told


def test_versions_that_overlapped_for_a_while_are_told(tmp_path: Path) -> None:
    """Weeks decided between the two records would have had two versions."""
    findings = found(
        tmp_path,
        programme(
            "a",
            version(),
            version(2, valid_from="2024-09-02", recorded_at=LATER),
            version(recorded_at="2024-08-21T00:00:00+08:00", **TO_SEPTEMBER),
        ),
    )
    one(findings, "overlapping versions", FAULT)


def test_a_version_that_was_ended_in_time_overlaps_nothing(tmp_path: Path) -> None:
    assert (
        found(
            tmp_path,
            programme(
                "a",
                version(),
                version(2, valid_from="2024-09-02", recorded_at=LATER),
                version(recorded_at=LATER, **TO_SEPTEMBER),
            ),
        )
        == []
    )


def test_gap_between_versions(tmp_path: Path) -> None:
    told = one(
        found(tmp_path, programme("a", version(**TO_AUGUST), version(2, valid_from="2024-09-01"))),
        "gap between versions",
        WARNING,
    )
    assert "no version holds from 2024-08-01 to 2024-09-01" in told


@pytest.mark.parametrize(
    ("window", "ends", "last"),
    [
        (AFTER, "2024-09-02", "2024-10-01"),
        (WEEKLY, "2024-09-03", "2024-09-09"),
        (WEEKLY, "2024-09-02", None),
        ({"kind": "weekly", "week_starts": "3"}, "2024-09-02", "2024-09-04"),
        ({"kind": "monthly"}, "2024-09-02", "2024-10-01"),
        ({"kind": "monthly"}, "2024-09-01", None),
        ({"kind": "monthly"}, "2025-01-01", None),
        (
            {**CAMPAIGN, "end": "2024-09-10"},
            "2024-09-02",
            "2024-09-10",
        ),
        ({**CAMPAIGN, "end": "2024-09-02"}, "2024-09-02", None),
    ],
)
def test_a_version_that_begins_in_open_windows(
    tmp_path: Path, window: Mapping[str, Any], ends: str, last: str | None
) -> None:
    first, second = version(window=window, valid_to=ends), version(2, valid_from=ends)
    findings = found(tmp_path, programme("a", first, second))
    if last is None:
        assert findings == []
    else:
        assert f"the last one until {last}" in one(findings, "open windows", WARNING)


def test_a_record_that_changes_rules_of_open_windows(tmp_path: Path) -> None:
    changed = version(recorded_at=LATER, reward={**FIXED, "amount": "50"})
    told = one(
        found(tmp_path, programme("a", version(), changed)), "changed in open windows", WARNING
    )
    assert "version 1 had other reward when it was recorded at 2024-07-01" in told


def test_a_record_that_only_knows_better_where_it_comes_from_is_no_change(tmp_path: Path) -> None:
    better = version(recorded_at=LATER, provenance={**SAID, "certainty": "A"})
    assert found(tmp_path, programme("a", version(), better)) == []


def test_one_programme_of_two_units(tmp_path: Path) -> None:
    second = version(2, valid_from="2024-08-05", reward={**FIXED, "unit": "ad_credit"})
    told = one(
        found(tmp_path, programme("a", version(valid_to="2024-08-05"), second)),
        "mixed units",
        FAULT,
    )
    assert "this version gives ad_credit, version 1 exposures" in told


def test_hearsay_that_is_no_assumption(tmp_path: Path) -> None:
    said = {**SAID, "is_assumption": False}
    one(found(tmp_path, programme("a", version(provenance=said))), "certainty", WARNING)
    own_words = {**said, "certainty": "A"}
    assert found(tmp_path, programme("a", version(provenance=own_words))) == []


def test_two_programmes_of_one_name(tmp_path: Path) -> None:
    twin = {**programme("b", version()), "name": {"zh": "乙", "en": "The a"}}
    told = one(found(tmp_path, programme("a", version()), twin), "same name", WARNING)
    assert "'The a' is the name of a too" in told
