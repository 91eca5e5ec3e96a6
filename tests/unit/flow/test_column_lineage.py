"""Which columns a column is made of, by queries that a person can follow."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot.errors import SqlglotError

from orchestration.flow.column_lineage import Parents, keep_lineage, kept_lineage, parents_of
from orchestration.home import Home

# As dbt spells them: a model by its quoted names, a source as a call that reads files.
TABLES = {
    "days": ('"marts"."marts"."fct_days"', {"merchant_id": "varchar", "gmv": "decimal(18, 2)"}),
    "days_of_ads": (
        '"marts"."marts"."fct_days_of_ads"',
        {"merchant_id": "varchar", "spend": "int"},
    ),
    "raw": ("read_parquet('/h/it''s/*.parquet')", {"merchant_id": "varchar", "_row": "bigint"}),
}


def _parents(sql: str) -> Parents:
    return parents_of(sql, TABLES)


def test_a_star_is_followed_through_every_part_to_the_table() -> None:
    found = _parents(
        "with source as (select * from read_parquet('/h/it''s/*.parquet')), "
        "renamed as (select merchant_id, _row as row_number from source) select * from renamed"
    )
    assert found == {
        "merchant_id": [("raw", "merchant_id")],
        "row_number": [("raw", "_row")],
    }


def test_an_expression_has_all_its_columns_once_and_a_constant_none() -> None:
    found = _parents(
        'with days as (select * from "marts"."marts"."fct_days"), '
        'ads as (select * from "marts"."marts"."fct_days_of_ads") '
        "select sum(days.gmv) / nullif(sum(ads.spend), 0) + max(ads.spend) as roi, 'x' as kind, "
        "count(*) as rows from days left join ads using (merchant_id) group by days.merchant_id"
    )
    assert found == {"roi": [("days", "gmv"), ("days_of_ads", "spend")], "kind": [], "rows": []}


def test_what_rows_are_joined_or_filtered_by_is_no_parent_and_what_decides_a_value_is() -> None:
    found = _parents(
        "select d.gmv, case when a.spend > 0 then d.merchant_id end as advertiser, "
        "row_number() over (partition by d.merchant_id order by d.gmv) as place "
        'from "marts"."marts"."fct_days" as d, "marts"."marts"."fct_days_of_ads" as a '
        "where a.merchant_id = d.merchant_id and a.spend < 9"
    )
    assert found == {
        "gmv": [("days", "gmv")],
        "advertiser": [("days", "merchant_id"), ("days_of_ads", "spend")],
        "place": [("days", "gmv"), ("days", "merchant_id")],
    }


def test_each_branch_of_a_union_is_a_parent() -> None:
    found = _parents(
        'with both_of as (select gmv as n from "marts"."marts"."fct_days" union all '
        'select spend from "marts"."marts"."fct_days_of_ads") select n from both_of'
    )
    assert found == {"n": [("days", "gmv"), ("days_of_ads", "spend")]}


def test_what_is_no_query_is_refused() -> None:
    with pytest.raises(SqlglotError):
        _parents("select from where")


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"model.a": {"seen": "1"}}', b'{"model.a": []}']
)
def test_a_damaged_file_or_one_of_another_release_counts_as_none(
    tmp_path: Path, damage: bytes
) -> None:
    """Every command loads the definitions, and they read it."""
    home = Home(tmp_path)
    home.dbt_target.mkdir(parents=True)
    assert kept_lineage(home) == {}
    (home.dbt_target / "column_lineage.json").write_bytes(damage)
    assert kept_lineage(home) == {}
    assert keep_lineage(home) == 0
