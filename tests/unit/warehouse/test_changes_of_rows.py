"""What a newer file changed: key by key, file by file, whatever the order of the files."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from changes_kit import COMPARED, DAY, File, Row, by_hand, cell, found, home_of, key_of, told
from hypothesis import given, settings
from hypothesis import strategies as st
from warehouse_files import LIMITS

from orchestration.warehouse.changes import ROWS, Change, changes_of
from orchestration.warehouse.errors import WarehouseError
from tests.example_counts import scaled

WEEK = ((DAY, DAY + timedelta(days=6)),)


def file(sha256: str, exported: int, *rows: Row, **words: object) -> File:
    return File(sha256, exported, rows, **words)  # pyright: ignore[reportArgumentType]


def the_one(changes: list[Change]) -> Change:
    (change,) = changes
    return change


# --- one row per key


def test_an_old_and_a_new_value(tmp_path: Path) -> None:
    older, newer = file("a", 1, cell(spend="1.00")), file("b", 2, cell(spend="2.50"))
    change = the_one(found(tmp_path / "H", [older, newer]))
    assert (change.merchant_id, change.source, change.day) == ("m001", COMPARED.source, DAY)
    assert change.key == '{"_cut":"day","account_id":"7001","stat_date":"2024-06-03"}'
    assert (change.kind, change.column) == ("changed", "spend")
    assert (change.old_values, change.new_values) == (("1.00",), ("2.50",))
    assert (change.old_total, change.new_total) == (Decimal("1.00"), Decimal("2.50"))
    assert (change.old_file, change.new_file) == ("a", "b")
    assert change.old_effective_at == older.at.replace(tzinfo=UTC)
    assert change.new_effective_at == newer.at.replace(tzinfo=UTC)


def test_the_same_again_is_no_change(tmp_path: Path) -> None:
    assert found(tmp_path / "H", [file("a", 1, cell()), file("b", 2, cell())]) == []


def test_a_cell_that_was_empty_and_one_that_became_so(tmp_path: Path) -> None:
    changes = found(
        tmp_path / "H",
        [file("a", 1, cell(spend=None, note="x")), file("b", 2, cell(spend="0.00", note=None))],
    )
    assert [(c.column, c.old_values, c.new_values) for c in changes] == [
        ("spend", (None,), ("0.00",)),
        ("note", ("x",), (None,)),
    ]
    assert (changes[0].old_total, changes[0].new_total) == (None, Decimal("0.00"))


def test_a_key_that_a_newer_file_lacks_is_no_change(tmp_path: Path) -> None:
    other = DAY + timedelta(days=1)
    full = file("a", 1, cell(), cell(other), covers=WEEK)
    filtered = file("b", 2, cell(other), covers=WEEK)
    assert found(tmp_path / "H", [full, filtered]) == []


def test_each_file_is_compared_with_the_one_before_it(tmp_path: Path) -> None:
    files = [file(name, n, cell(spend=f"{n}.00")) for n, name in enumerate("abc")]
    pairs = [(c.old_values, c.new_values) for c in found(tmp_path / "H", files)]
    assert pairs == [(("0.00",), ("1.00",)), (("1.00",), ("2.00",))]


def test_of_two_exports_of_one_time_the_greater_hash_is_the_newer(tmp_path: Path) -> None:
    change = the_one(found(tmp_path / "H", [file("b", 1, cell(spend="2")), file("a", 1, cell())]))
    assert (change.old_file, change.new_file) == ("a", "b")


@pytest.mark.parametrize("status", ["held", "withdrawn", "received"])
def test_only_loaded_files_count(tmp_path: Path, status: str) -> None:
    files = [
        file("a", 1, cell()),
        file("b", 2, cell(spend="9.00"), status=status),
        file("c", 3, cell()),
    ]
    assert found(tmp_path / "H", files) == []


def test_merchants_are_kept_apart(tmp_path: Path) -> None:
    ours, theirs = file("a", 1, cell()), file("b", 2, cell(spend="2"), merchant_id="m002")
    home = home_of(tmp_path / "H", [ours, theirs, file("c", 3, cell(spend="3"))])
    assert [c.merchant_id for c in changes_of(home, LIMITS, COMPARED)] == ["m001"]
    assert list(changes_of(home, LIMITS, COMPARED, "m002")) == []


def test_a_customer_is_compared_whole_and_shown_short(tmp_path: Path) -> None:
    old, new = "0123456789abcdef" * 2, "01234567" + "f" * 24
    change = the_one(
        found(
            tmp_path / "H",
            [file("a", 1, cell(customer_key=old)), file("b", 2, cell(customer_key=new))],
        )
    )
    assert (change.column, change.old_values, change.new_values) == (
        "customer_key",
        ("01234567",),
        ("01234567",),
    )


# --- several rows per key


def test_the_order_of_rows_is_no_change(tmp_path: Path) -> None:
    rows = [cell(hour=n, spend=f"{n}.00") for n in range(5)]
    assert found(tmp_path / "H", [file("a", 1, *rows), file("b", 2, *reversed(rows))]) == []


def test_only_rows_that_differ_are_shown_and_all_are_added(tmp_path: Path) -> None:
    rows = [cell(hour=n, spend=f"{n}.00") for n in range(5)]
    changed = [*rows[:4], cell(hour=4, spend="4.50")]
    change = the_one(found(tmp_path / "H", [file("a", 1, *rows), file("b", 2, *changed)]))
    assert (change.column, change.old_values, change.new_values) == ("spend", ("4.00",), ("4.50",))
    assert (change.old_total, change.new_total) == (Decimal("10.00"), Decimal("10.50"))


def test_amounts_stand_in_their_own_order(tmp_path: Path) -> None:
    old = [cell(spend="9.00"), cell(spend="10.00")]
    new = [cell(spend="90.00"), cell(spend="100.00")]
    change = the_one(found(tmp_path / "H", [file("a", 1, *old), file("b", 2, *new)]))
    assert (change.old_values, change.new_values) == (("9.00", "10.00"), ("90.00", "100.00"))


def test_a_row_more_changes_what_it_adds_to(tmp_path: Path) -> None:
    rows = [cell(spend="1.00"), cell(spend="2.00")]
    changes = found(
        tmp_path / "H", [file("a", 1, rows[0]), file("b", 2, *rows), file("c", 3, *rows[1:])]
    )
    assert [(c.column, c.old_rows, c.new_rows) for c in changes] == [
        (ROWS, 1, 2),
        ("spend", 1, 2),
        (ROWS, 2, 1),
        ("spend", 2, 1),
    ]
    assert changes[0].old_values == ()
    assert '"spend":"2.00"' in (changes[0].new_values[0] or "")
    assert (changes[1].old_total, changes[1].new_total) == (Decimal("1.00"), Decimal("3.00"))


def test_a_repeated_row_is_a_row_more(tmp_path: Path) -> None:
    changes = found(tmp_path / "H", [file("a", 1, cell()), file("b", 2, cell(), cell())])
    assert [c.column for c in changes] == [ROWS, "spend"]


def test_values_that_changed_places_are_told_as_rows(tmp_path: Path) -> None:
    old = [cell(hour=1, spend="1.00"), cell(hour=2, spend="2.00")]
    new = [cell(hour=1, spend="2.00"), cell(hour=2, spend="1.00")]
    change = the_one(found(tmp_path / "H", [file("a", 1, *old), file("b", 2, *new)]))
    assert (change.column, change.old_rows, change.new_rows) == (ROWS, 2, 2)
    assert '{"hour":"1","spend":"2.00"' in (change.new_values[0] or "")


# --- rows in quarantine


def test_a_newer_file_with_a_rejected_row_leaves_the_older_one_standing(tmp_path: Path) -> None:
    whole = file("a", 1, cell(hour=1), cell(hour=2))
    broken = file("b", 2, cell(hour=1), broken=(key_of(cell()),))
    last = file("c", 3, cell(hour=1), cell(hour=2, spend="5.00"))
    change = the_one(found(tmp_path / "H", [whole, broken, last]))
    assert (change.old_file, change.new_file) == ("a", "c")


def test_without_a_whole_one_the_newest_stands(tmp_path: Path) -> None:
    key = (key_of(cell()),)
    files = [
        file("a", 1, cell(spend="1.00"), broken=key),
        file("b", 2, cell(spend="2.00"), broken=key),
        file("c", 3, cell(spend="3.00")),
        file("d", 4, cell(spend="4.00"), broken=key),
    ]
    pairs = [(c.old_file, c.new_file) for c in found(tmp_path / "H", files)]
    assert pairs == [("a", "b"), ("b", "c")]


# --- keys that come late


def test_a_key_appears_on_a_day_that_an_older_file_had_spoken_for(tmp_path: Path) -> None:
    other = DAY + timedelta(days=1)
    older = file("a", 1, cell(), covers=WEEK)
    newer = file("b", 2, cell(), cell(other, hour=1), cell(other, hour=2), covers=WEEK)
    change = the_one(found(tmp_path / "H", [older, newer]))
    assert (change.kind, change.column, change.day) == ("appeared", "", other)
    assert (change.old_rows, change.new_rows) == (0, 2)
    assert (change.old_file, change.new_file) == ("a", "b")


@pytest.mark.parametrize(
    "newer",
    [
        cell(DAY + timedelta(days=7)),  # nobody spoke for that day
        cell(cut="hour", hour=1),  # another cut says the same otherwise
        cell(account_id="7002"),  # of that account nobody spoke
    ],
)
def test_what_no_older_file_spoke_for_does_not_appear(tmp_path: Path, newer: Row) -> None:
    files = [file("a", 1, cell(), covers=WEEK), file("b", 2, newer, covers=WEEK)]
    assert found(tmp_path / "H", files) == []


def test_a_file_without_rows_speaks_for_its_days(tmp_path: Path) -> None:
    files = [file("a", 1, covers=WEEK), file("b", 2, cell(), covers=WEEK)]
    assert the_one(found(tmp_path / "H", files)).kind == "appeared"


# --- refusals


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    home = home_of(tmp_path / "H", [file("a", 1, cell()), file("b", 2, cell())])
    path = next((home.raw / COMPARED.source).glob("*__a__*"))
    path.unlink()
    with pytest.raises(WarehouseError, match=rf"{path.name} is missing; run `seedbed ingest`"):
        list(changes_of(home, LIMITS, COMPARED))


def test_a_home_without_files_has_no_changes(tmp_path: Path) -> None:
    assert found(tmp_path / "H", []) == []


# --- the same by hand

DAYS = st.sampled_from([DAY, DAY + timedelta(days=1)])
ROW = st.builds(
    cell,
    day=DAYS,
    spend=st.sampled_from(["0.00", "1.00", "2.00", None]),
    note=st.sampled_from(["a", "b", None]),
    hour=st.sampled_from([1, 2, None]),
    account_id=st.sampled_from(["7001", "7002"]),
    cut=st.sampled_from(["day", "hour"]),
    customer_key=st.sampled_from([None, "0" * 32, "f" * 32]),
)
KEY = st.tuples(st.sampled_from(["day", "hour"]), st.sampled_from(["7001", "7002"]), DAYS)


def runs(day: date) -> tuple[tuple[date, date], ...]:
    return ((day, day + timedelta(days=1)),)


@st.composite
def exports(draw: st.DrawFn) -> list[File]:
    count = draw(st.integers(1, 5))
    return [
        File(
            sha256="abcde"[place],
            exported=draw(st.integers(0, 3)),
            rows=tuple(draw(st.lists(ROW, max_size=4))),
            broken=tuple(draw(st.lists(KEY, max_size=2))),
            covers=draw(st.one_of(st.just(()), st.builds(runs, DAYS))),
            status=draw(st.sampled_from(["loaded", "loaded", "loaded", "withdrawn"])),
            merchant_id=draw(st.sampled_from(["m001", "m001", "m002"])),
        )
        for place in range(count)
    ]


@settings(max_examples=scaled(60), deadline=None)
@given(files=exports())
def test_what_is_found_is_what_walking_through_the_files_finds(
    tmp_path_factory: pytest.TempPathFactory, files: list[File]
) -> None:
    root = tmp_path_factory.getbasetemp() / "walked"
    assert told(found(root, files)) == by_hand(files)
