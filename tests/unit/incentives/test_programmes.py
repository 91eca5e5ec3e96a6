"""What a programme's file may say, and what it comes to as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from programme_kit import AFTER, FIXED, LADDER, SAID, WEEKLY, loaded, programme, version, written

from orchestration.incentives.programmes.checks import faults_of
from orchestration.incentives.programmes.load import load_programmes
from orchestration.incentives.programmes.rows import programme_rows
from orchestration.incentives.rulebook import (
    DEFAULT_RULEBOOK,
    RulebookError,
    compile_tables,
    install_default_rulebook,
    load_rulebook,
)
from orchestration.warehouse.schemas import HANDOVERS

UNKNOWN = {"unit": "exposures", "mode": "fixed"}


def rows(folder: Path, *versions: dict[str, Any], **facts: Any) -> dict[str, list[dict[str, Any]]]:
    """The hand-overs of one programme; each fits its schema."""
    found = programme_rows(loaded(folder, programme("p", *versions), **facts))
    for name, of_name in found.items():
        table = pa.Table.from_pylist(of_name, schema=HANDOVERS[name])
        assert table.num_rows == len(of_name)
        assert all(set(row) == set(HANDOVERS[name].names) for row in of_name)
    return found


def faults(folder: Path, **changes: Any) -> tuple[str, ...]:
    written(folder, programme("p", version(**changes)))
    with pytest.raises(RulebookError) as caught:
        load_programmes(folder, DEFAULT_RULEBOOK)
    assert all(str(folder / "programmes" / "p.yml") in fault for fault in caught.value.faults)
    return caught.value.faults


def gate(**said: Any) -> dict[str, Any]:
    return {"gates": [{"id": "one", **said}]}


def test_a_version_as_rows(tmp_path: Path) -> None:
    gates = [
        {"id": "private", "metric": "private_domain", "is": False},
        {
            "any": [
                {"id": "trees", "metric": "category", "include": ["家居", "宠物", "家居"]}
                | {"taxonomy": "shop_category", "taxonomy_version": "2024-09"},
                {"id": "sold", "metric": "gmv", "above": "0.5", "period": "before_window"}
                | {"days": "28"},
            ]
        },
    ]
    goals = [{"id": "orders", "metric": "order_count", "at_least": "3"}]
    exclusive = [{"group": "g", "rank": "2"}]
    found = rows(tmp_path, version(window=AFTER, gates=gates, goals=goals, exclusive=exclusive))
    (told,) = found["rulebook_versions"]
    assert told["recorded_at"] == datetime(2024, 6, 30, 16)  # noqa: DTZ001 - UTC without a zone
    assert (told["valid_from"], told["valid_to"]) == (date(2024, 7, 1), None)
    assert (told["window_kind"], told["event"], told["event_mode"]) == (
        "after_event",
        "first_order",
        "first_ever",
    )
    assert (told["window_days"], told["lookback_days"], told["starts_next_day"]) == (
        30,
        None,
        False,
    )
    conditions = {row["condition_id"]: row for row in found["rulebook_conditions"]}
    assert {name: (row["role"], row["entry"]) for name, row in conditions.items()} == {
        "private": ("gate", 1),
        "trees": ("gate", 2),
        "sold": ("gate", 2),
        "orders": ("goal", 1),
    }
    assert {
        name: (row["comparison"], row["threshold"], row["period"], row["period_days"])
        for name, row in conditions.items()
    } == {
        "private": ("at_most", 0, None, None),
        "trees": ("include", None, None, None),
        "sold": ("above", Decimal("0.5"), "before_window", 28),
        "orders": ("at_least", 3, "window", None),
    }
    assert [row["category"] for row in found["rulebook_condition_categories"]] == ["家居", "宠物"]
    assert [row["rank"] for row in found["rulebook_groups"]] == [2]
    assert [(row["tier"], row["tier_from"], row["amount"]) for row in found["rulebook_tiers"]] == [
        (1, None, 100)
    ]


@pytest.mark.parametrize(
    ("reward", "tiers"),
    [
        ({"unit": "exposures", "mode": "up_to", "window_cap": "5"}, []),
        ({"unit": "exposures", "mode": "fixed"}, [(1, None, None, None)]),
        (LADDER, [(1, 100, 10, None), (2, 200, 20, None)]),
        (
            {**LADDER, "tiers": [{"from": "100"}, {"from": "200"}]},
            [(1, 100, None, None), (2, 200, None, None)],
        ),
        (
            {**LADDER, "mode": "marginal", "tiers": [{"from": "0", "rate": "0.012345"}]},
            [(1, 0, None, Decimal("0.012345"))],
        ),
    ],
)
def test_tiers(tmp_path: Path, reward: dict[str, Any], tiers: list[tuple[Any, ...]]) -> None:
    found = rows(tmp_path, version(reward=reward))["rulebook_tiers"]
    assert [(one["tier"], one["tier_from"], one["amount"], one["rate"]) for one in found] == tiers


def test_growth_and_first_time_as_rows(tmp_path: Path) -> None:
    baseline = {"from": "2024-06-01", "to": "2024-06-29", "zero": "lowest"}
    measure = {"metric": "gmv", "basis": "growth"}
    growth = {**LADDER, "measure": measure, "baseline": baseline}
    (told,) = rows(tmp_path / "a", version(reward=growth))["rulebook_versions"]
    assert (told["baseline_from"], told["baseline_to"]) == (date(2024, 6, 1), date(2024, 6, 29))
    assert (told["zero_baseline"], told["is_first_time_only"]) == ("lowest", False)
    once = {**LADDER, "once": "first_time"}
    (told,) = rows(tmp_path / "b", version(reward=once))["rulebook_versions"]
    assert (told["measure_basis"], told["is_first_time_only"]) == ("level", True)


def test_numbers_are_what_was_written(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        version(
            gates=[{"id": "a", "metric": "score", "at_least": "4.2"}],
            reward={**FIXED, "amount": "9999999999999999", "unit": "ad_credit"},
        ),
    )
    assert found["rulebook_conditions"][0]["threshold"] == Decimal("4.2000")
    assert found["rulebook_tiers"][0]["amount"] == Decimal("9999999999999999.00")


def test_facts_as_rows(tmp_path: Path) -> None:
    stated = {"merchant_id": "m1", "fact": "signed_up", "valid_from": "2024-07-01"}
    stated |= {"recorded_at": "2024-07-01T08:00:00+08:00"}
    facts = {
        "facts": [{"fact": "signed_up", "unit": "yes_no"}, {"fact": "score", "unit": "score"}],
        "statements": [
            {**stated, "value": True},
            {**stated, "fact": "score", "value": "4.6", "valid_to": "2024-08-01"},
        ],
    }
    found = rows(tmp_path, version(), facts=facts)
    metrics = {row["metric"]: row for row in found["rulebook_metrics"]}
    assert (metrics["score"]["kind"], metrics["score"]["unit"]) == ("fact", "score")
    assert [name for name, row in metrics.items() if row["may_fall"]] == ["net_gmv"]
    assert [row["value"] for row in found["rulebook_facts"]] == [1, Decimal("4.6000")]
    assert found["rulebook_facts"][1]["recorded_at"] == datetime(2024, 7, 1, tzinfo=UTC).replace(
        tzinfo=None
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_from": "2024-02-30"}, "'2024-02-30' is no day"),
        ({"valid_from": "1704067200"}, "is no day"),
        ({"valid_to": "2024-07-01"}, "valid_to (2024-07-01) must be a day after valid_from"),
        ({"recorded_at": "2024-07-01"}, "no time with its zone"),
        ({"recorded_at": "2024-07-01T00:00:00"}, "no time with its zone"),
        ({"version": "0"}, "whole number from 1"),
        ({"version": "1.5"}, "whole number from 1"),
        ({"version": True}, "a whole number"),
        ({"provenance": {**SAID, "certainty": "D"}}, "must be 'A', 'B', 'C' or 'M'"),
        ({"provenance": {**SAID, "is_assumption": "yes"}}, "must be true or false"),
        ({"provenance": {**SAID, "source": ""}}, "it is blank"),
        ({"window": {"kind": "daily"}}, "'daily' is no kind"),
        ({"window": {"days": "3"}}, "its kind is missing"),
        ({"window": "weekly"}, "it must have fields"),
        ({"window": {**WEEKLY, "week_starts": "8"}}, "from 1 to 7"),
        ({"window": {**WEEKLY, "days": "7"}}, "no such field"),
        ({"window": {**AFTER, "event": "joined"}}, "`joined` has no mode"),
        ({"window": {**AFTER, "mode": "dormant"}}, "`lookback_days` goes with"),
        ({"window": {**AFTER, "lookback_days": "30"}}, "`lookback_days` goes with"),
        (
            {"window": {**AFTER, "mode": "dormant", "lookback_days": "29"}},
            "lookback_days (29) is below days (30)",
        ),
        (
            {"window": {"kind": "campaign", "start": "2024-07-02", "end": "2024-07-02"}},
            "must follow start",
        ),
        (
            {"window": {"kind": "campaign", "start": "2024-06-02", "end": "2024-07-02"}},
            "starts on 2024-06-02, when this version is not valid",
        ),
        (gate(metric="gmv"), "needs one comparison and has none"),
        (gate(metric="gmv", at_least="1", below="2"), "has at_least and below"),
        (gate(metric="gmv", at_least="60,000"), "'60,000' is no number"),
        (gate(metric="gmv", at_least="1e3"), "'1e3' is no number"),
        (gate(metric="gmv", at_least=".inf"), "'.inf' is no number"),
        (gate(metric="gmv", at_least="0.00001"), "more than 4 decimals"),
        (gate(metric="gmv", at_least="9" * 15), "larger than any rule needs"),
        (gate(metric="gmv", at_least="9" * 100_000), "larger than any rule needs"),
        (gate(metric="gmv", at_least=["1"]), "it must be a number"),
        (gate(metric="category", include=[]), "at least one entry"),
        (gate(metric="category", include=["家居"]), "`taxonomy` and `taxonomy_version`"),
        (gate(metric="gmv", at_least="1", period="window"), "cannot speak of the window"),
        (gate(metric="gmv", at_least="1", period="before_window"), "`days` goes with"),
        (gate(metric="gmv", at_least="1", days="3"), "`days` goes with"),
        ({"gates": [{"id": "tier_1", "metric": "gmv", "at_least": "1"}]}, "what a tier is"),
        ({"gates": [{"id": "One", "metric": "gmv", "at_least": "1"}]}, "is no id"),
        ({"gates": [{"any": []}]}, "at least one entry"),
        ({"gates": None}, "it must be a list"),
        ({"goals": [{"id": "a", "metric": "gmv", "at_most": "1"}]}, "not `at_most`"),
        ({"goals": [{"id": "a", "metric": "private_domain", "is": True}]}, "not `is`"),
        (
            {"goals": [{"id": "a", "metric": "gmv", "at_least": "1", "period": "since_joined"}]},
            "leave `period` out",
        ),
        ({"reward": {**FIXED, "mode": "sometimes"}}, "'sometimes' is no mode"),
        ({"reward": {**FIXED, "cap": "5"}}, "a cap says over what: window_cap"),
        ({"reward": {**FIXED, "monthly_cap": "5"}}, "a cap says over what: window_cap"),
        ({"reward": {**FIXED, "amount": "0"}}, "above 0"),
        ({"reward": {**FIXED, "amount": "-1"}}, "above 0"),
        ({"reward": {**FIXED, "amount": "0.5"}}, "exposures are whole"),
        ({"reward": {**FIXED, "amount": "0.555"}}, "more than 2 decimals"),
        ({"reward": {"unit": "exposures", "mode": "up_to"}}, "window_cap: it is missing"),
        (
            {"reward": {"unit": "exposures", "mode": "fixed", "budget": "5"}},
            "cannot be used up",
        ),
        ({"reward": {**LADDER, "tiers": []}}, "at least one entry"),
        (
            {
                "reward": {
                    **LADDER,
                    "tiers": [{"from": "2", "amount": "1"}, {"from": "2", "amount": "2"}],
                }
            },
            "from the lowest to the highest",
        ),
        (
            {"reward": {**LADDER, "tiers": [{"from": "1", "amount": "1"}, {"from": "2"}]}},
            "some tiers have an amount",
        ),
        ({"reward": {**LADDER, "tiers": [{"from": "1", "rate": "1"}]}}, "no such field"),
        ({"reward": {**LADDER, "tiers": [{"from": "-1", "amount": "1"}]}}, "too small"),
        (
            {"reward": {**LADDER, "measure": {"metric": "gmv", "basis": "growth"}}},
            "`baseline` goes with",
        ),
        ({"reward": {**LADDER, "claims_cap": "0"}}, "whole number from 1"),
        ({"window": AFTER, "reward": {**LADDER, "once": "first_time"}}, "`once: first_time`"),
        ({"exclusive": [{"group": "g", "rank": "1"}] * 2}, "the group 'g' stands here twice"),
    ],
)
def test_a_wrong_version_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    told = faults(tmp_path, **changes)
    assert len(told) == 1
    assert words in told[0]


def test_a_fault_names_line_and_place(tmp_path: Path) -> None:
    install_default_rulebook(tmp_path)
    path = tmp_path / "programmes" / "double_11_2025_growth.yml"
    text = path.read_text(encoding="utf-8").replace("at_least: 4.2}", "at_last: 4.2}")
    path.write_text(text, encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "at_last" in one)
    with pytest.raises(RulebookError) as caught:
        load_rulebook(tmp_path)
    assert caught.value.faults == (
        f"{path}, line {line}: versions › 1 › gates › 2 › any › 1 › at_last: no such field is "
        "known here; mend its spelling, or take it out.",
    )


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, programme("a", version(0)), programme("b", version(valid_from="soon")))
    (tmp_path / "programmes" / "c.yml").write_text("versions: [", encoding="utf-8")
    (tmp_path / "facts.yml").write_text("facts: 1\nstatements: []\n", encoding="utf-8")
    with pytest.raises(RulebookError, match="3 more faults") as caught:
        load_programmes(tmp_path, DEFAULT_RULEBOOK)
    names = [fault.partition(", line")[0].rpartition("/")[2] for fault in caught.value.faults]
    assert names == ["a.yml", "b.yml", "c.yml", "facts.yml"]


def test_a_file_has_its_programmes_name(tmp_path: Path) -> None:
    written(tmp_path, programme("a", version()))
    (tmp_path / "programmes" / "a.yml").rename(tmp_path / "programmes" / "b.yml")
    with pytest.raises(RulebookError, match=r"line 1: the programme is 'a' and its file b\.yml"):
        load_programmes(tmp_path, DEFAULT_RULEBOOK)


def test_a_record_stands_there_once(tmp_path: Path) -> None:
    written(tmp_path, programme("a", version(), version()))
    with pytest.raises(RulebookError, match="version 1 is recorded twice"):
        load_programmes(tmp_path, DEFAULT_RULEBOOK)


def test_a_programme_has_a_name_and_a_version(tmp_path: Path) -> None:
    written(tmp_path, {"programme": "a", "name": {}, "versions": []})
    with pytest.raises(RulebookError) as caught:
        load_programmes(tmp_path, DEFAULT_RULEBOOK)
    assert ["no name" in caught.value.faults[0], "versions" in caught.value.faults[1]] == [True] * 2


def test_the_hash_names_what_is_said_and_not_how(tmp_path: Path) -> None:
    def hash_of(folder: Path) -> str:
        parameters = compile_tables(load_rulebook(folder))["rulebook_parameters"]
        return {row["parameter"]: row["value"] for row in parameters}["rulebook_hash"]

    install_default_rulebook(tmp_path)
    before = hash_of(tmp_path)
    assert before == hash_of(DEFAULT_RULEBOOK)
    path = tmp_path / "programmes" / "double_11_2025_growth.yml"
    text = path.read_text(encoding="utf-8")
    reformatted = text.replace("at_least: 4.2}", 'at_least: "4.200"}').replace("# ", "#  ")
    path.write_text(reformatted.replace("+08:00", "+08:00  "), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    assert hash_of(tmp_path) == before
    path.write_text(text.replace("at_least: 4.2}", "at_least: 4.3}"), encoding="utf-8")
    assert hash_of(tmp_path) != before


def test_the_examples_of_the_definition_can_be_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "rulebook.md").read_text(encoding="utf-8")
    whole, facts, reward = (block.partition("```")[0] for block in text.split("```yaml\n")[1:])
    written(tmp_path)
    (tmp_path / "facts.yml").write_text(facts, encoding="utf-8")
    path = tmp_path / "programmes" / "store_live_cold_start.yml"
    indented = "".join(f"    {line}\n" for line in reward.splitlines())
    before, _, after = whole.partition("    reward: {unit: exposures, mode: up_to")
    for example in (whole, f"{before}{indented}{after.partition(chr(10))[2]}"):
        path.write_text(example, encoding="utf-8")
        programmes = load_programmes(tmp_path, DEFAULT_RULEBOOK)
        assert faults_of(programmes, ()) == []
    assert len(programme_rows(programmes)["rulebook_tiers"]) == 2
