"""The staging models list the columns that Python hands over, all of them and no other."""

from __future__ import annotations

import pytest
import yaml

from orchestration.exports.layout.load import load_layouts
from orchestration.warehouse.schemas import HANDOVERS, QUARANTINE, ROW_KEYS, raw_schema
from tests.dbt_runs import PROJECT

STAGING_OF = {
    "files": "stg_seedbed__files",
    "packed_rows": "stg_seedbed__packed_rows",
    "settlements": "stg_seedbed__settlements",
    "issued": "stg_seedbed__issued_figures",
    "coverage": "stg_seedbed__coverage",
    "register": "stg_seedbed__merchants",
    "register_sources": "stg_seedbed__merchant_sources",
    "rulebook_parameters": "stg_seedbed__rulebook_parameters",
    "rulebook_sources": "stg_seedbed__rulebook_sources",
    "rulebook_categories": "stg_seedbed__rulebook_categories",
    "rulebook_promotions": "stg_seedbed__rulebook_promotions",
    **{
        f"rulebook_{name}": f"stg_seedbed__rulebook_{name}"
        for name in (
            "versions",
            "conditions",
            "condition_categories",
            "tiers",
            "groups",
            "metrics",
            "facts",
        )
    },
    "weeks": "stg_seedbed__weeks",
}

STAGING_OF_SOURCE = {
    "qianfan__orders": "stg_qianfan__order_lines",
    "qianfan__aftersales": "stg_qianfan__aftersales",
    "qianfan__live_sessions": "stg_qianfan__live_sessions",
    "qianfan__shop_days": "stg_qianfan__shop_days",
    "qianfan__items": "stg_qianfan__items",
    "seedbed__incentive_grants": "stg_seedbed__incentive_grants",
}


def described_columns(model: str) -> list[str]:
    text = (PROJECT / "models" / "staging" / f"{model}.yml").read_text(encoding="utf-8")
    [described] = yaml.safe_load(text)["models"]
    return [column["name"] for column in described["columns"]]


@pytest.mark.parametrize("name", sorted(HANDOVERS))
def test_handover(name: str) -> None:
    assert described_columns(STAGING_OF[name]) == HANDOVERS[name].names


@pytest.mark.parametrize("source", sorted(STAGING_OF_SOURCE))
def test_source(source: str) -> None:
    # the raw names of the row keys are marked as ours by an underscore
    raw = raw_schema(load_layouts().get(source).arrow_columns)
    expected = [name.removeprefix("_") for name in raw.names]
    assert described_columns(STAGING_OF_SOURCE[source]) == expected


def test_rejected_lines() -> None:
    # what each rule says of a line is for people; the line itself is one row
    expected = [
        name.removeprefix("_") for name in QUARANTINE.names if name not in {"rule", "reason"}
    ]
    assert described_columns("stg_seedbed__rejected_rows") == [
        *expected[: len(ROW_KEYS)],
        # which quarantine it came from
        "source",
        *expected[len(ROW_KEYS) :],
    ]
