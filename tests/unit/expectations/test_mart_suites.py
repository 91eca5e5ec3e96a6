"""Suites of marts: one for each mart, named by its grain, and written for a stranger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations import mart_suite
from expectations.mart_suite import load_mart_suite, mart_names
from expectations.suite import SuiteError
from orchestration.home import PROJECT_ROOT
from orchestration.warehouse.publish import WEEKLY_MARTS

MODELS = PROJECT_ROOT / "dbt_project" / "models"
ALL = [(mart, item) for mart in mart_names() for item in load_mart_suite(mart).expectations]
_NAMES = [f"{mart}-{item.name}" for mart, item in ALL]


def _grains() -> dict[str, list[str]]:
    """Each model of the schema marts with the columns that dbt's unique test states."""
    files = [*(MODELS / "marts").glob("*.yml"), *(MODELS / "eligibility").glob("fct_*.yml")]
    models = [model for file in files for model in yaml.safe_load(file.read_text())["models"]]
    return {
        model["name"]: next(
            test["unique_combination"]["arguments"]["columns"]
            for test in model["data_tests"]
            if "unique_combination" in test
        )
        for model in models
    }


def test_every_mart_has_one_suite_whose_keys_are_its_grain() -> None:
    assert {mart: list(load_mart_suite(mart).keys) for mart in mart_names()} == _grains()
    assert set(WEEKLY_MARTS) < set(mart_names())


@pytest.mark.parametrize("mart", mart_names())
def test_a_mart_is_asked_three_things_or_more_and_one_of_them_is_critical(mart: str) -> None:
    items = load_mart_suite(mart).expectations
    assert 3 <= len(items) <= 7
    assert any(item.severity == "critical" for item in items)


@pytest.mark.parametrize(("mart", "item"), ALL, ids=_NAMES)
def test_an_expectation_reads_as_sentences_and_names_rows_by_the_grain(
    mart: str, item: Any
) -> None:
    assert item.description.endswith(".") and item.suggested_fix.endswith(".")
    assert item.owner in ("data team", "programme managers")
    query = item.kwargs["unexpected_rows_query"]
    assert query.startswith(f"select {', '.join(load_mart_suite(mart).keys)} from {{batch}} where ")
    # The clock is read by who asks.
    assert not re.search(r"current_date|now\(|today\(", query)


def test_customers_are_in_no_key() -> None:
    assert not [mart for mart in mart_names() if "customer_key" in load_mart_suite(mart).keys]


def _entry(**changes: Any) -> dict[str, Any]:
    return {
        "name": "amounts_are_not_negative",
        "description": "Zero or more.",
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select order_id from {batch} where gmv < 0"},
        "severity": "critical",
        "kind": "row",
        "owner": "data team",
        "suggested_fix": "Mend it.",
        **changes,
    }


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"expectations": [_entry(rule="x")]}, "rule"),
        ({"expectations": [_entry(severity="info")]}, "amounts_are_not_negative › severity"),
        ({"expectations": [_entry(), _entry()]}, "used 2 times"),
        ({"expectations": []}, "expectations"),
        ({"keys": []}, "keys"),
        ({"keys": ["order_id", "order_id"]}, "the key 'order_id' is used 2 times"),
        ({"mart": "fct_others"}, "rename the file to fct_others.yml"),
        ({"source": "qianfan__orders"}, "source"),
    ],
)
def test_a_wrong_suite_is_refused_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: dict[str, Any], fault: str
) -> None:
    good = {"mart": "fct_x", "keys": ["order_id"], "expectations": [_entry()]}
    (tmp_path / "fct_x.yml").write_text(yaml.safe_dump({**good, **content}), encoding="utf-8")
    monkeypatch.setattr(mart_suite, "MART_SUITES", tmp_path)
    with pytest.raises(SuiteError) as caught:
        load_mart_suite.__wrapped__("fct_x")
    assert fault in str(caught.value)
    assert "fct_x.yml" in str(caught.value)


def test_a_missing_suite_says_which_there_are() -> None:
    with pytest.raises(SuiteError, match=r"the marts with a suite are: dim_categories, fct_ad_day"):
        load_mart_suite("fct_nothing")
