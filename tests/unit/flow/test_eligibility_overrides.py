"""Single values of a rulebook changed from the command line."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.flow.eligibility.overrides import apply_overrides, parse_override
from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK, compile_tables, load_rulebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DEFAULT_RULEBOOK, tmp_path / "rulebook")
    return tmp_path / "rulebook"


def versions(folder: Path, programme: str) -> list[dict[str, object]]:
    rows = compile_tables(load_rulebook(folder))["rulebook_versions"]
    return [row for row in rows if row["programme"] == programme]


def test_a_value_of_the_newest_version_changes_and_nothing_else(folder: Path) -> None:
    before = compile_tables(load_rulebook(folder))["rulebook_versions"]
    apply_overrides(folder, [parse_override("private_domain_weekly.reward.window_cap=50000")])
    after = compile_tables(load_rulebook(folder))["rulebook_versions"]
    [changed] = [row for row in after if row not in before]
    assert changed["programme"] == "private_domain_weekly"
    assert changed["window_cap"] == Decimal(50000)
    assert len(after) == len(before)


def test_entries_of_lists_have_numbers_and_values_are_yaml(folder: Path) -> None:
    overrides = ["double_11_2025_growth.reward.tiers.0.from=0.05", "private_domain_weekly.gates=[]"]
    apply_overrides(folder, [parse_override(text) for text in overrides])
    tables = compile_tables(load_rulebook(folder))
    tiers = [
        row["tier_from"]
        for row in tables["rulebook_tiers"]
        if row["programme"] == "double_11_2025_growth"
    ]
    assert min(tiers) == Decimal("0.05")
    gated = {row["programme"] for row in tables["rulebook_conditions"]}
    assert "private_domain_weekly" not in gated


@pytest.mark.parametrize("text", ["", "programme", "programme=1", "programme.=1", ".path=1"])
def test_what_names_no_place_is_refused(text: str) -> None:
    with pytest.raises(RulebookError, match=r"programme\.path=value"):
        parse_override(text)


def test_a_value_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(RulebookError, match="not valid YAML"):
        parse_override("programme.path=[")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nobody.reward.window_cap=1", "There is no programme 'nobody'"),
        ("private_domain_weekly.nothing.window_cap=1", "names no place"),
        ("private_domain_weekly.gates.7.at_least=1", "names no place"),
        ("private_domain_weekly.gates.first.at_least=1", "names no place"),
    ],
)
def test_a_place_that_is_not_there_is_refused(folder: Path, text: str, told: str) -> None:
    with pytest.raises(RulebookError, match=told):
        apply_overrides(folder, [parse_override(text)])
