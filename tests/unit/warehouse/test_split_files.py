"""Staged files taken apart into raw and quarantine, or held."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouse_files import COLUMNS, LIMITS, SOURCE, failures, make_home, row, stage

from orchestration.home import Home
from orchestration.rows import raw_schema
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.load import load
from orchestration.warehouse.row_names import RowNames
from orchestration.warehouse.schemas import QUARANTINE
from orchestration.warehouse.split import hold, split
from orchestration.warehouse.staged import StagedFile
from tests.example_counts import scaled

NAMES = RowNames(key=("order_id",), time="paid_at")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def raw_of(home: Home, file: StagedFile) -> Path:
    return home.raw / SOURCE / file.path.name


def quarantine_of(home: Home, file: StagedFile) -> Path:
    return home.quarantine / SOURCE / file.path.name


def take_apart(home: Home, file: StagedFile, *broken: tuple[StagedFile, int, str]) -> None:
    failing = failures(home, *broken)
    load(home, LIMITS, SOURCE, split(home, LIMITS, [file], failing), failing, NAMES)


def test_each_row_goes_one_way(home: Home) -> None:
    file = stage(home, "m001", [row(4), row(2), row(3)])
    take_apart(home, file, (file, 3, "quantity_below_one"))
    assert pq.read_table(raw_of(home, file))["_row_number"].to_pylist() == [2, 4]
    assert pq.read_table(quarantine_of(home, file))["_row_number"].to_pylist() == [3]
    assert not file.path.exists()


def test_files_have_the_schemas_that_dbt_relies_on(home: Home) -> None:
    file = stage(home, "m001", [row(2), row(3)])
    take_apart(home, file, (file, 3, "quantity_below_one"))
    for path, schema in (
        (raw_of(home, file), raw_schema(COLUMNS)),
        (quarantine_of(home, file), QUARANTINE),
    ):
        found = pq.read_schema(path)
        assert list(zip(found.names, found.types, strict=True)) == list(
            zip(schema.names, schema.types, strict=True)
        )


def test_counts_are_of_rows_and_rules_are_told_apart(home: Home) -> None:
    one = stage(home, "m001", [row(number) for number in range(2, 12)])
    two = stage(home, "m002", [row(2)])
    failing = failures(home, (one, 2, "a_rule"), (one, 2, "b_rule"), (one, 3, "a_rule"))
    counts = split(home, LIMITS, [one, two], failing)
    assert [(c.file.merchant_id, c.rows, c.rejected, c.passing) for c in counts] == [
        ("m001", 10, 2, 8),
        ("m002", 1, 0, 1),
    ]
    assert [c.by_rule for c in counts] == [{"a_rule": 2, "b_rule": 1}, {}]
    assert one.path.exists()


def test_a_row_that_breaks_two_rules_is_told_twice_and_never_three_times(home: Home) -> None:
    file = stage(home, "m001", [row(2), row(3)])
    take_apart(home, file, (file, 2, "b_rule"), (file, 2, "a_rule"), (file, 2, "a_rule"))
    found = pq.read_table(quarantine_of(home, file)).to_pylist()
    assert [(one["_row_number"], one["rule"]) for one in found] == [(2, "a_rule"), (2, "b_rule")]
    assert found[0]["reason"] == "Because of a_rule."
    assert found[0]["_file_sha256"] == file.file_sha256
    assert pq.read_table(raw_of(home, file)).num_rows == 1


def test_cells_of_a_readable_row_are_worded_as_in_the_export(home: Home) -> None:
    file = stage(home, "m001", [row(2, quantity=-1)])
    take_apart(home, file, (file, 2, "quantity_below_one"))
    cells = json.loads(pq.read_table(quarantine_of(home, file))["cells"][0].as_py())
    assert cells == {
        "order_id": "P2",
        "paid_at": "2024-06-02 04:15:30",
        "quantity": "-1",
        "paid_amount": "1627.20",
    }


def test_cells_of_an_unreadable_row_are_its_own(home: Home) -> None:
    text = '{"paid_amount":"1,23"}'
    fault = {"_parse_rule": "paid_amount_unreadable", "_parse_reason": "No.", "_cells": text}
    file = stage(home, "m001", [row(2, paid_amount=None, **fault)])
    take_apart(home, file, (file, 2, "paid_amount_unreadable"))
    assert pq.read_table(quarantine_of(home, file))["cells"].to_pylist() == [text]


def test_a_file_without_rejected_rows_has_no_quarantine_left(home: Home) -> None:
    file = stage(home, "m001", [row(2), row(3)])
    take_apart(home, file, (file, 2, "a_rule"))
    assert quarantine_of(home, file).exists()
    take_apart(home, stage(home, "m001", [row(2), row(3)]))
    assert not quarantine_of(home, file).exists()
    assert pq.read_table(raw_of(home, file)).num_rows == 2


def test_the_same_again_gives_the_same_bytes(home: Home) -> None:
    contents = []
    for _ in range(2):
        file = stage(home, "m001", [row(number) for number in range(2, 500)])
        take_apart(home, file, (file, 7, "a_rule"))
        contents.append(raw_of(home, file).read_bytes() + quarantine_of(home, file).read_bytes())
    assert contents[0] == contents[1]


def test_a_held_file_is_moved_whole_and_its_neighbour_goes_on(home: Home) -> None:
    bad, good = stage(home, "m001", [row(2), row(3)]), stage(home, "m002", [row(2)])
    failing = failures(home, (bad, 2, "a_rule"), (bad, 3, "a_rule"))
    counts = {one.file.merchant_id: one for one in split(home, LIMITS, [bad, good], failing)}
    held = hold(home, SOURCE, bad)
    load(home, LIMITS, SOURCE, [counts["m002"]], failing, NAMES)
    assert held == home.held / SOURCE / bad.path.name
    assert pq.read_table(held).num_rows == 2
    assert [path.name for path in home.raw.rglob("*.parquet")] == [good.path.name]
    assert list(home.quarantine.rglob("*.parquet")) == []
    assert list(home.staged.rglob("*.parquet")) == []


def test_a_file_that_is_loaded_after_all_is_no_longer_held(home: Home) -> None:
    hold(home, SOURCE, stage(home, "m001", [row(2)]))
    take_apart(home, stage(home, "m001", [row(2)]))
    assert list(home.held.rglob("*.parquet")) == []


def test_a_failing_row_of_another_file_is_refused(home: Home) -> None:
    file, other = stage(home, "m001", [row(2)]), stage(home, "m002", [row(2)])
    with pytest.raises(WarehouseError, match="not being split"):
        split(home, LIMITS, [file], failures(home, (other, 2, "a_rule")))


def test_a_failing_row_that_the_file_does_not_have_is_refused(home: Home) -> None:
    file = stage(home, "m001", [row(2)])
    with pytest.raises(WarehouseError, match="would get 0 rows where 1 are accounted for"):
        take_apart(home, file, (file, 99, "a_rule"))
    assert file.path.exists()
    assert not raw_of(home, file).exists()


def test_two_readings_of_one_file_are_refused(home: Home) -> None:
    file = stage(home, "m001", [row(2)])
    with pytest.raises(WarehouseError, match="two readings at once"):
        split(home, LIMITS, [file, file], failures(home))


@settings(
    max_examples=scaled(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    broken=st.lists(st.tuples(st.integers(2, 30), st.sampled_from(["a_rule", "b_rule", "c_rule"]))),
    rows=st.integers(0, 30),
)
def test_passing_and_quarantined_rows_are_the_staged_rows(
    home: Home, broken: list[tuple[int, str]], rows: int
) -> None:
    file = stage(home, "m001", [row(number) for number in range(2, rows + 2)])
    known = [(file, number, rule) for number, rule in broken if number < rows + 2]
    take_apart(home, file, *known)
    passing = pq.read_table(raw_of(home, file))["_row_number"].to_pylist()
    path = quarantine_of(home, file)
    rejected = pq.read_table(path).to_pylist() if path.exists() else []
    keys = [(one["_row_number"], one["rule"]) for one in rejected]
    assert keys == sorted({(number, rule) for _, number, rule in known})
    assert sorted({*passing, *(number for number, _ in keys)}) == list(range(2, rows + 2))
    assert len(passing) + len({number for number, _ in keys}) == rows
