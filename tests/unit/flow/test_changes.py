"""`changes` on used homes: from real exports, again in pandas, and in any order of arrival."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from flow_kit import SOURCE, at, drop, make_home, run_ingest, week_of_orders
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.exports.errors import ExportError
from orchestration.flow.changes import Restatement, changes
from orchestration.flow.corrections import FileChoiceError, withdraw
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.register import RegisterError
from orchestration.samples.market.deliver import write_plans
from orchestration.samples.market.world import invent_world, register_of
from orchestration.samples.workbooks import Row, export_name, write_orders

pytestmark = pytest.mark.slow

AMOUNT = "商家应收金额(元)（支付金额）"
ROWS = week_of_orders(orders=12)
IDS = list(dict.fromkeys(row["订单号"] for row in ROWS))
PAIR = next(i for i in IDS if sum(row["订单号"] == i for row in ROWS) == 2)
SINGLE = next(i for i in IDS if sum(row["订单号"] == i for row in ROWS) == 1)


def name(day: int, hour: int = 9) -> str:
    return export_name(at(f"2024-09-{day:02d} {hour:02d}:30"))


def changed(rows: Sequence[Row], order_id: str, **cells: str) -> list[Row]:
    return [row | cells if row["订单号"] == order_id else row for row in rows]


def found(home: Home, **words: Any) -> list[Restatement]:
    with open_workspace(home) as workspace:
        return list(changes(workspace, **words))


def lines(told: Sequence[Restatement]) -> list[tuple[Any, ...]]:
    """Changes as people read them."""
    return [
        (one.change.key, one.change.column, one.change.old_values, one.change.new_values)
        for one in told
    ]


def key(order_id: str) -> str:
    return json.dumps({"order_id": order_id}, separators=(",", ":"))


# --- what a later export of the same orders says


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three exports: a status and a line's amount change; then only some orders are exported."""
    home = make_home(tmp_path_factory.mktemp("used") / "H", "m001", "m002")
    drop(home, "m001", ROWS, name=name(9))
    status = changed(ROWS, SINGLE, 订单状态="已取消", 订单完成时间="2024-09-09 10:00:00")
    place = next(n for n, row in enumerate(ROWS) if row["订单号"] == PAIR)
    dearer = [row | {AMOUNT: "1,000.00"} if n == place else row for n, row in enumerate(status)]
    drop(home, "m001", dearer, name=name(10))
    filtered = [row for row in dearer if row["订单号"] == PAIR]
    drop(home, "m001", filtered, name=name(11))
    run_ingest(home)
    return home


def test_old_and_new_per_order_and_figure(used: Home) -> None:
    amounts = [row[AMOUNT] for row in ROWS if row["订单号"] == PAIR]
    told = found(used)
    assert Counter(lines(told)) == Counter(
        [
            (key(SINGLE), "order_status", (ROWS[IDS.index(SINGLE)]["订单状态"],), ("已取消",)),
            (key(SINGLE), "completed_at", (None,), ("2024-09-09 10:00:00",)),
            (key(PAIR), "paid_amount", (amounts[0],), ("1000.00",)),
        ]
    )
    assert {(one.old_name, one.new_name) for one in told} == {(name(9), name(10))}


def test_it_can_be_asked_for_less(used: Home) -> None:
    everything = found(used)
    sha256 = everything[0].change.new_file
    assert found(used, merchant_id="m001", source=SOURCE, file=sha256[:9].upper()) == everything
    assert found(used, since=date(2024, 9, 10)) == everything
    assert found(used, since=date(2024, 9, 11)) == []
    assert found(used, merchant_id="m002") == []
    assert found(used, source="juguang__accounts") == []


def test_words_that_name_nothing_are_refused(used: Home) -> None:
    with pytest.raises(RegisterError, match="No merchant 'm009'"):
        found(used, merchant_id="m009")
    with pytest.raises(ExportError, match="No layout 'x__y'"):
        found(used, source="x__y")
    with pytest.raises(FileChoiceError, match="No file begins with 'zz'"):
        found(used, file="zz")


def test_what_is_withdrawn_never_changed_anything(used: Home, tmp_path: Path) -> None:
    home = Home(shutil.copytree(used.root, tmp_path / "copy"))
    with open_workspace(home) as workspace:
        withdraw(workspace, found(used)[0].change.new_file)
    run_ingest(home)
    # The third export holds one order of two lines, still as the second one told it.
    assert {line[0] for line in lines(found(home))} == {key(PAIR)}


def test_a_line_in_quarantine_changes_nothing(home: Home) -> None:
    drop(home, "m001", ROWS, name=name(9))
    first = next(n for n, row in enumerate(ROWS) if row["订单号"] == PAIR)
    broken = [row | {AMOUNT: "1,23"} if n == first else row for n, row in enumerate(ROWS)]
    drop(home, "m001", broken, name=name(10))
    run_ingest(home)
    assert found(home) == []


def test_an_order_that_comes_late_is_told(home: Home) -> None:
    drop(home, "m001", [row for row in ROWS if row["订单号"] != IDS[3]], name=name(9))
    drop(home, "m001", ROWS, name=name(10))
    run_ingest(home)
    (late,) = found(home)
    assert (late.change.kind, late.change.key) == ("appeared", key(IDS[3]))
    assert (late.old_name, late.new_name) == (name(9), name(10))


def test_the_time_of_the_manifest_counts(home: Home) -> None:
    """The first content again, under a later name: what it says holds at the later time."""
    dearer = changed(ROWS, SINGLE, **{AMOUNT: "77.00"})
    drop(home, "m001", ROWS, name=name(9))
    drop(home, "m001", dearer, name=name(10))
    run_ingest(home)
    before = lines(found(home))
    drop(home, "m001", ROWS, name=name(11))
    run_ingest(home)
    assert [(c, new, old) for _, c, old, new in before] == [
        (c, old, new) for _, c, old, new in lines(found(home))
    ]


# --- the same in pandas

# Sources whose keys have one row, several, and hours.
MARKET = ("juguang__accounts", "qianfan__items", "qianfan__aftersales")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three weeks of an invented merchant: synthetic exports that restate one another."""
    home = make_home(tmp_path_factory.mktemp("market") / "H")
    world = invent_world(merchants=4, weeks=3, orders_a_week=20, seed=3, with_mishaps=False)
    home.register_file.write_text(yaml.safe_dump(register_of(world)), encoding="utf-8")
    merchants = ("m003", "m004")
    plans = [p for p in world.plans if p.source in MARKET and p.merchant_id in merchants]
    write_plans(plans, home.inbox)
    run_ingest(home)
    return home


def versions(home: Home, source: str, keys: Sequence[str], figures: Sequence[str]) -> pd.DataFrame:
    """One row per key and file, by time of the file: its rows, and the sum of each figure."""
    files = pq.read_table(home.handover / "files.parquet").to_pandas()
    raw = pd.concat(
        pq.read_table(path).to_pandas() for path in sorted((home.raw / source).glob("m*.parquet"))
    ).rename(columns={"_file_sha256": "file_sha256"})
    technical = ["_effective_at", "_row_number", "_layout_revision", "_reader_revision"]
    own = [name for name in raw.columns if name not in ("file_sha256", *technical, *keys)]
    raw["rows"] = raw[own].astype("string").fillna("").agg("|".join, axis=1)
    raw["key"] = [tuple(map(_text, values)) for values in raw[[*keys]].itertuples(index=False)]
    for figure in figures:
        raw[figure] = [Decimal(0) if pd.isna(n) else Decimal(n) for n in raw[figure]]
    by_file = raw.merge(files[["file_sha256", "effective_at"]]).groupby(
        ["effective_at", "file_sha256", "key"]
    )
    rows = by_file["rows"].agg(lambda group: tuple(sorted(group)))
    return pd.concat([rows, by_file[[*figures]].sum()], axis=1).reset_index()


def _text(value: Any) -> str | None:
    """A part of a key as the platform's clock has it."""
    if isinstance(value, pd.Timestamp):
        return str(value + pd.Timedelta(hours=8))
    return None if value is None else str(value)


@pytest.mark.parametrize("source", MARKET)
def test_pandas_finds_the_same(market: Home, source: str) -> None:
    with open_workspace(market) as workspace:
        layout = workspace.layouts().get(source)
        changed = [c.change for c in changes(workspace, source=source) if c.change.column]
    figures = [c.name for c in layout.columns.values() if c.type in ("money", "integer")]
    figures = [name for name in figures if name not in layout.terms[-1].replace_by]
    table = versions(market, source, layout.terms[-1].replace_by, figures)
    pairs: set[tuple[Any, ...]] = set()
    sums: set[tuple[Any, ...]] = set()
    for key, group in table.groupby("key"):
        lines = group.to_dict("records")
        for old, new in pairwise(lines):
            files = (key, old["file_sha256"], new["file_sha256"])
            if old["rows"] != new["rows"]:
                pairs.add(files)
            sums |= {(*files, f, old[f], new[f]) for f in figures if old[f] != new[f]}
    told = [(tuple(json.loads(c.key).values()), c.old_file, c.new_file, c) for c in changed]
    assert pairs
    assert {one[:3] for one in told} == pairs
    assert {
        (*one[:3], one[3].column, one[3].old_total or 0, one[3].new_total or 0)
        for one in told
        if one[3].old_total != one[3].new_total
    } == sums


# --- any order of arrival


@cache
def some_exports(folder: Path) -> tuple[Path, ...]:
    """Five exports of overlapping orders, each with an export time in its name."""
    early, late = ROWS[: len(ROWS) // 2], ROWS[len(ROWS) // 3 :]
    written = {
        name(5): early,
        name(9): ROWS,
        name(10): changed(late, IDS[-1], 订单状态="已取消"),
        name(10, 10): changed(ROWS, IDS[0], 订单状态="已取消", SKU件数="9"),
        name(11): changed(changed(ROWS, IDS[0], SKU件数="x"), IDS[-1], 商品名称="另一个"),
    }
    return tuple(write_orders(folder / file, rows) for file, rows in written.items())


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_the_same_files_in_any_order_and_batches_give_the_same_changes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    base = tmp_path_factory.getbasetemp()
    files = data.draw(st.permutations(some_exports(base / "exports")))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(files) - 1), max_size=2)))
    template = base / "template"
    if not template.exists():
        make_home(template, "m001")
    root = base / "H"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root)
    home = Home(root)
    for first, last in zip([0, *cuts], [*cuts, len(files)], strict=True):
        run_ingest(home, *files[first:last], merchant_id="m001")
    told = [one.as_dict() for one in found(home)]
    assert told
    assert told == base_answer(base, told)


_ANSWERS: dict[Path, list[dict[str, Any]]] = {}


def base_answer(base: Path, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the first order of arrival gave."""
    return _ANSWERS.setdefault(base, told)
