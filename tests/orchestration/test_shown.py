"""Lists and tables of metadata as the UI draws them: Markdown that no name of a file can break."""

from collections.abc import Iterator
from decimal import Decimal

import dagster as dg
import pytest

from orchestration.defs.shown import listed, tabled, timed


def test_nothing_to_list_is_said_and_not_left_empty() -> None:
    assert listed([]).value == tabled(("a", "b"), []).value == "none"


def test_each_sentence_has_its_line() -> None:
    assert listed(["One.", "Two."]).value == "- One.\n- Two."


def test_numbers_stand_to_the_right_and_a_bar_makes_no_cell() -> None:
    table = tabled(
        ("file", "rows", "GMV", "share"),
        [("a|b\nc.xlsx", 12345, Decimal("-1234.50"), "5 %"), ("d", 0, Decimal(0), "")],
    ).value
    assert table is not None
    assert table.splitlines() == [
        "| file | rows | GMV | share |",
        "| --- | --: | --: | --- |",
        "| a/b c.xlsx | 12,345 | -1,234.50 | 5 % |",
        "| d | 0 | 0 |  |",
    ]


def test_a_step_tells_its_seconds_beside_its_own_words_and_keeps_its_name() -> None:
    @dg.asset
    @timed
    def loaded(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """Grain: one."""
        return dg.MaterializeResult(metadata={"rows": len(context.asset_key.path)})

    @dg.multi_asset(specs=[dg.AssetSpec("one"), dg.AssetSpec("two")])
    @timed
    def both() -> Iterator[dg.MaterializeResult]:
        yield dg.MaterializeResult("one")
        yield dg.MaterializeResult("two", metadata={"rows": 2})

    result = dg.materialize([loaded, both])
    told = {
        key: result.asset_materializations_for_node(node)[place].metadata
        for key, node, place in (("loaded", "loaded", 0), ("one", "both", 0), ("two", "both", 1))
    }
    assert {key: set(one) for key, one in told.items()} == {
        "loaded": {"rows", "seconds"},
        "one": {"seconds"},
        "two": {"rows", "seconds"},
    }
    assert all(isinstance(one["seconds"], dg.FloatMetadataValue) for one in told.values())
    assert told["one"]["seconds"] == told["two"]["seconds"]
    assert loaded.get_asset_spec().description == "Grain: one."


def test_a_step_that_fails_fails_as_it_would_without_its_seconds() -> None:
    @timed
    def broken() -> dg.MaterializeResult:
        raise ValueError("as it was")

    with pytest.raises(ValueError, match="as it was"):
        broken()
