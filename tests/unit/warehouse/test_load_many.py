"""Many files at once: gathered, counted and loaded together, and each as if it were alone."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouse_files import LIMITS, SOURCE, failures, make_home, row, stage, utc

from orchestration.files import SCRATCH_PREFIX, replacing_many
from orchestration.home import Home
from orchestration.warehouse import staged
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.load import load
from orchestration.warehouse.passing import LoadedRows
from orchestration.warehouse.row_names import RowNames
from orchestration.warehouse.split import SplitCounts, split
from orchestration.warehouse.staged import StagedFile, gather
from tests.example_counts import scaled

NAMES = RowNames(key=("order_id",), time="paid_at")
MARKS = [("_skip", pa.string()), ("_day", pa.date32()), ("_last_day", pa.date32())]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "a 'home'")


def gathered(home: Home, files: Sequence[StagedFile]) -> list[StagedFile]:
    folder = home.root / "gathered"
    folder.mkdir(exist_ok=True)
    return gather(home, LIMITS, files, folder)


def mark(file: StagedFile, skipped: set[int]) -> StagedFile:
    """Give a staged file the marks that the reader puts behind its columns."""
    table = pq.read_table(file.path)
    why = ["total" if n in skipped else None for n in table["_row_number"].to_pylist()]
    for (name, kind), values in zip(
        MARKS, (why, [None] * len(why), [None] * len(why)), strict=True
    ):
        table = table.append_column(name, pa.array(values, kind))
    pq.write_table(table, file.path)
    return file


def mixture(home: Home) -> tuple[list[StagedFile], list[tuple[StagedFile, int, str]]]:
    """Files of every kind, and their failing rows by rule."""
    clean = stage(home, "m001", [row(n) for n in (4, 2, 3)])
    dirty = mark(stage(home, "m002", [row(n, quantity=1) for n in range(2, 9)]), {5})
    empty = stage(home, "m003", [])
    repeats = stage(home, "m004", [row(n, order_id="P", quantity=1 + n % 2) for n in range(2, 9)])
    broken = [(dirty, 3, "b_rule"), (dirty, 3, "a_rule"), (dirty, 8, "a_rule")]
    return [clean, dirty, empty, repeats], broken


def loaded(
    home: Home, files: Sequence[StagedFile], broken: Sequence[tuple[StagedFile, int, str]]
) -> tuple[list[SplitCounts], dict[str, LoadedRows]]:
    failing = failures(home, *broken)
    counts = split(home, LIMITS, files, failing)
    rows = load(home, LIMITS, SOURCE, counts, failing, NAMES)
    return counts, {file.merchant_id: found for file, found in rows.items()}


def contents(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Rows of every file in raw and quarantine."""
    return {
        f"{folder.name}/{path.name}": pq.read_table(path).to_pylist()
        for folder in (home.raw, home.quarantine)
        for path in folder.rglob("*.parquet")
    }


def test_together_or_alone_files_come_apart_alike(home: Home, tmp_path: Path) -> None:
    files, broken = mixture(home)
    other = make_home(tmp_path / "other")
    shutil.copytree(home.staged, other.staged, dirs_exist_ok=True)
    counts, facts = loaded(home, gathered(home, files), broken)
    for file, together in zip(files, counts, strict=True):
        alone = replace(file, path=other.staged / SOURCE / file.path.name)
        of_file = [(alone, *rest) for owner, *rest in broken if owner == file]
        (count,), fact = loaded(other, [alone], of_file)  # pyright: ignore[reportArgumentType]
        assert (count.rows, count.rejected, count.by_rule) == (
            together.rows,
            together.rejected,
            together.by_rule,
        )
        assert fact[file.merchant_id] == facts[file.merchant_id]
    assert contents(home) == contents(other)
    assert [(c.rows, c.rejected) for c in counts] == [(3, 0), (6, 2), (0, 0), (7, 0)]
    assert [facts[f"m00{n}"].repeated for n in range(1, 5)] == [0, 0, 0, 5]
    assert len(contents(home)) == 4 + 1
    assert list(home.staged.rglob("*.parquet")) == []


def test_large_files_are_read_where_they_lie_and_come_apart_alike(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, broken = mixture(home)
    other = make_home(tmp_path / "other")
    shutil.copytree(home.staged, other.staged, dirs_exist_ok=True)
    _, facts = loaded(home, gathered(home, files), broken)
    moved = [replace(file, path=other.staged / SOURCE / file.path.name) for file in files]
    again = [(moved[files.index(file)], number, rule) for file, number, rule in broken]
    monkeypatch.setattr(staged, "_SMALL_BYTES", 0)
    moved = gathered(other, moved)
    assert {file.rows_in for file in moved} == {file.path for file in moved}
    _, others = loaded(other, moved, again)
    assert others == facts

    def in_order(home: Home) -> dict[str, list[dict[str, Any]]]:
        return {
            name: sorted(rows, key=lambda one: (one["_row_number"], one.get("rule", "")))
            for name, rows in contents(home).items()
        }

    assert in_order(other) == in_order(home)


def test_only_rows_that_go_further_are_gathered_and_no_file_mixes_columns(home: Home) -> None:
    marked = mark(stage(home, "m001", [row(2), row(3)]), {3})
    plain = stage(home, "m002", [row(2)])
    also_plain = stage(home, "m003", [row(7)])
    found = gathered(home, [marked, plain, also_plain])
    assert [file.path for file in found] == [marked.path, plain.path, also_plain.path]
    assert found[1].rows_in == found[2].rows_in != found[0].rows_in
    assert pq.read_table(found[0].rows_in)["_row_number"].to_pylist() == [2]
    assert pq.read_table(found[1].rows_in)["_row_number"].to_pylist() == [2, 7]
    assert all(file.path.exists() for file in found)


def test_what_is_no_parquet_is_told_by_name(home: Home) -> None:
    file = stage(home, "m001", [row(2)])
    file.path.write_bytes(b"no")
    with pytest.raises(WarehouseError, match=f"{file.path.name} cannot be read as Parquet"):
        gathered(home, [file])


def test_one_file_that_does_not_add_up_leaves_nothing_of_all(home: Home) -> None:
    files = [stage(home, f"m{n:03d}", [row(2), row(3)]) for n in range(20)]
    failing = failures(home, (files[19], 99, "a_rule"))
    counts = split(home, LIMITS, gathered(home, files), failing)
    with pytest.raises(WarehouseError, match="would get 0 rows where 1 are accounted for"):
        load(home, LIMITS, SOURCE, counts, failing, NAMES)
    left = [path for folder in (home.raw, home.quarantine) for path in folder.rglob("*")]
    assert [path for path in left if path.is_file()] == []
    assert all(file.path.exists() for file in files)


def test_days_and_repeats_are_of_passing_rows_alone(home: Home) -> None:
    rows = [row(n, order_id="P", quantity=1) for n in range(2, 6)]
    rows += [row(7, paid_at=utc("2024-06-09 20:00")), row(8, paid_at=None)]
    file = stage(home, "m001", rows)
    _, facts = loaded(home, gathered(home, [file]), [(file, 3, "a_rule"), (file, 7, "a_rule")])
    assert facts["m001"] == LoadedRows(days=(date(2024, 6, 2),), repeated=2)


def test_a_row_that_speaks_of_a_period_speaks_of_each_of_its_days(home: Home) -> None:
    until = utc("2024-06-03 20:15:30")
    file = stage(home, "m001", [row(2, _effective_at=until), row(3, _effective_at=until)])
    failing = failures(home)
    counts = split(home, LIMITS, gathered(home, [file]), failing)
    names = RowNames(("order_id",), "paid_at", "_effective_at")
    (found,) = load(home, LIMITS, SOURCE, counts, failing, names).values()
    assert found.days == tuple(date(2024, 6, 2) + timedelta(days=n) for n in range(3))


@settings(
    max_examples=scaled(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    files=st.lists(st.lists(st.integers(1, 4), max_size=12), min_size=1, max_size=6),
    broken=st.sets(st.tuples(st.integers(0, 5), st.integers(2, 13))),
)
def test_repeats_are_counted_in_each_file_for_itself(
    home: Home, files: list[list[int]], broken: set[tuple[int, int]]
) -> None:
    staged_files = [
        stage(
            home,
            f"m{number:03d}",
            [row(n, order_id="P", quantity=cell) for n, cell in enumerate(cells, start=2)],
        )
        for number, cells in enumerate(files)
    ]
    known = [(f, n) for f, n in broken if f < len(files) and n - 2 < len(files[f])]
    _, facts = loaded(
        home, gathered(home, staged_files), [(staged_files[f], n, "a_rule") for f, n in known]
    )
    for number, cells in enumerate(files):
        passing = [c for n, c in enumerate(cells, start=2) if (number, n) not in known]
        expected = sum(count - 1 for count in Counter(passing).values())
        assert facts[f"m{number:03d}"].repeated == expected


def test_many_files_take_their_places_together_or_not_at_all(tmp_path: Path) -> None:
    names = [tmp_path / folder / f"{number}" for folder in "ab" for number in range(3)]
    with pytest.raises(KeyboardInterrupt), replacing_many() as beside:
        for name in names:
            beside(name).write_text("half")
        raise KeyboardInterrupt
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with replacing_many() as beside:
        for name in names:
            scratch = beside(name)
            assert scratch.name.startswith(SCRATCH_PREFIX)
            assert scratch.stat().st_mode & 0o777 == 0o600
            scratch.write_text(name.name)
        assert not any(name.exists() for name in names)
    assert [name.read_text() for name in names] == ["0", "1", "2"] * 2
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 6
