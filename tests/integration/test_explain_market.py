"""Every figure of a market, explained, and worked out again from cells of the export files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from export_cells import ExportFile, files_in
from market_home import MarketHome, built_market

from orchestration.sections import DuckDBSettings
from orchestration.warehouse.explain.answer import Explanation, Line, Number, Part
from orchestration.warehouse.explain.build import FLAGS
from orchestration.warehouse.explain.errors import ExplainError
from orchestration.warehouse.explain.explain import explain
from orchestration.warehouse.explain.names import parse_figure
from orchestration.warehouse.publish import publish

pytestmark = pytest.mark.slow

NOW = datetime(2024, 7, 24, 2, tzinfo=UTC)
MONEY = ("paid_amount", "refund_amount", "requested_refund_amount", "spend", "gmv_paid_7d_by_click")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketHome]:
    """Published without the weeks that nobody has decided."""
    found = built_market(tmp_path_factory.mktemp("market"))
    publish(found.home, "b1", include_reporting=False)
    yield found


@pytest.fixture(scope="module")
def files(market: MarketHome) -> dict[str, ExportFile]:
    with duckdb.connect(market.home.current_build.resolve(), read_only=True) as connection:
        hashes = connection.sql("select distinct file_sha256 from marts.fct_files").fetchall()
    return files_in(market.home.landing, (sha256 for (sha256,) in hashes))


def explained(market: MarketHome, text: str, limit: int | None = None) -> Explanation:
    return explain(market.home, DuckDBSettings(), parse_figure(text, NOW), limit=limit)


def figures(market: MarketHome, mart: str) -> Iterator[tuple[str, str, Number | None]]:
    """Figure by figure of a mart: its id, its name and its value."""
    with duckdb.connect(market.home.current_build.resolve(), read_only=True) as connection:
        found = connection.sql(f"select * from marts.{mart} order by all")
        names, rows = found.columns, found.fetchall()
    for row in (dict(zip(names, values, strict=True)) for values in rows):
        start: date = row["week"] if "week" in row else row["month"]
        label = start.isoformat() if "week" in row else f"{start:%Y-%m}"
        for name in names:
            if name not in (*FLAGS, "merchant_id", "week", "month"):
                yield f"{row['merchant_id']}/{label}/{name}", name, row[name]


def lines_of(part: Part) -> list[Line]:
    return [line for fact in part.facts.rows for line in fact.lines]


def again(part: Part, files: dict[str, ExportFile]) -> Number | None:
    """The value of a part, from nothing but the cells of its lines."""
    if part.how in ("difference", "ratio", "growth"):
        if not part.parts:
            return None
        first, second = (again(below, files) for below in part.parts)
        if first is None or second is None:
            return None
        if part.how == "difference":
            return Decimal(first) - Decimal(second)
        top = Decimal(first) - Decimal(second) if part.how == "growth" else first
        return float(top) / float(second) if second else None
    if part.unknown_because:
        return None
    lines = lines_of(part)
    assert len({(line.file_sha256, line.line) for line in lines}) == len(lines)
    if part.how == "count":
        cells = {files[line.file_sha256].cell(line.line, "customer_key") for line in lines}
        assert "" not in cells
        return len(cells)
    if part.unit == "orders":
        return len({files[line.file_sha256].cell(line.line, "order_id") for line in lines})
    numbers = [files[line.file_sha256].number(line.line, line.column) for line in lines]
    return sum(numbers, Decimal(0))


@pytest.mark.parametrize("mart", ["fct_merchant_weeks", "fct_merchant_months"])
def test_the_cells_of_the_lines_make_every_figure(
    market: MarketHome, files: dict[str, ExportFile], mart: str
) -> None:
    kinds: set[str] = set()
    columns: set[str] = set()
    wrong = []
    for figure_id, name, value in figures(market, mart):
        if value is None and "_yoy" in name and not figure_id.startswith("m001"):
            continue  # a world of three weeks has no year before
        found = explained(market, figure_id)
        assert found.is_proven, figure_id
        assert found.part.value == value or value == pytest.approx(found.part.value, rel=1e-12)
        assert (value is None) == bool(found.part.unknown_because), figure_id
        worked_out = again(found.part, files)
        if worked_out != value and not (
            isinstance(value, float) and worked_out == pytest.approx(value, rel=1e-12)
        ):
            wrong.append((figure_id, value, worked_out))
        for part in (found.part, *found.part.parts):
            kinds |= {fact.kind for fact in part.facts.rows}
            columns |= {line.column for line in lines_of(part)}
        if value is not None:
            assert found.part.parts or found.part.files.total or not value, (figure_id, name)
    assert wrong == []
    # The market has something of everything that can be under a figure.
    assert kinds == {"order", "refund", "derived refund", "account day", "customer"}
    assert columns >= {*MONEY, "impressions", "clicks", "interactions"} - {"refund_amount"}


def test_files_are_named_with_every_line_once(market: MarketHome) -> None:
    for figure_id, name, value in figures(market, "fct_merchant_weeks"):
        if name not in ("gmv", "refund_amount", "ad_spend") or value is None:
            continue
        part = explained(market, figure_id).part
        told = {
            (file.file_sha256, line)
            for file in part.files.rows
            for first, last in file.lines
            for line in range(first, last + 1)
        }
        assert told == {(line.file_sha256, line.line) for line in lines_of(part)}
        assert sum(file.line_count for file in part.files.rows) == part.line_count == len(told)
        delivered = {one.name for one in market.delivered}
        assert {file.file_name for file in part.files.rows} <= delivered


def test_a_limit_cuts_rows_and_never_sums(market: MarketHome) -> None:
    whole = explained(market, "m001/2024-W28/aov").part
    short = explained(market, "m001/2024-W28/aov", limit=2).part
    none = explained(market, "m001/2024-W28/aov", limit=0).part
    assert whole.value == short.value == none.value
    for part, cut, gone in zip(whole.parts, short.parts, none.parts, strict=True):
        assert list(part.all_checks()) == list(cut.all_checks()) == list(gone.all_checks())
        assert (part.facts.hidden, len(cut.facts.rows), len(gone.facts.rows)) == (0, 2, 0)
        assert cut.facts.rows == tuple(
            fact if fact.lines == cut_fact.lines else cut_fact
            for fact, cut_fact in zip(part.facts.rows, cut.facts.rows, strict=False)
        )
        assert len(lines_of(cut)) == 2
        assert cut.line_count == part.line_count
        assert cut.facts.total == part.facts.total > 2


def test_only_the_files_of_the_figure_are_opened(
    market: MarketHome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither a broken file beside them nor a build that somebody holds is in the way."""
    broken = market.home.raw / "qianfan__orders" / "m001__0000000000000000__x__r0.parquet"
    broken.write_bytes(b"no parquet")
    try:
        with duckdb.connect(market.home.marts_db), duckdb.connect(market.home.warehouse_db):
            assert explained(market, "m001/2024-W28/gmv").is_proven
    finally:
        broken.unlink()


def test_a_line_that_was_changed_is_found(market: MarketHome) -> None:
    """Raw is append-only; whoever changes it all the same is told by the sums."""
    part = explained(market, "m001/2024-W28/gmv").part
    line = part.facts.rows[0].lines[0]
    (path,) = (market.home.raw / "qianfan__orders").glob(f"m001__{line.file_sha256[:16]}__*")
    before = path.read_bytes()
    try:
        with duckdb.connect() as connection:
            connection.execute(f"create table t as from '{path}'")
            connection.execute(f"update t set paid_amount = 0.01 where _row_number = {line.line}")
            connection.execute(f"copy t to '{path}' (format parquet)")
        found = explained(market, "m001/2024-W28/gmv")
        assert found.part.value == part.value
        wrong = [check for check in found.part.all_checks() if not check.is_equal]
        assert [check.kind for check in wrong] == ["total", "each"]
        assert wrong[1].expected == part.facts.total
        assert wrong[1].found == part.facts.total - 1
        path.unlink()
        with pytest.raises(ExplainError, match=r"is missing; `seedbed ingest` reads it again"):
            explained(market, "m001/2024-W28/gmv")
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("m003/2024-W28/ad_spend", "no export of juguang covers a day of 2024-07-08 to 2024-07-14"),
        ("m003/2024-W28/cac", "ad_spend is unknown: no export of juguang"),
        ("m001/2024-W28/gmv_yoy", "there is no base: m001/2023-W28/week/gmv is not in the marts"),
    ],
)
def test_an_unknown_figure_says_why(market: MarketHome, text: str, told: str) -> None:
    found = explained(market, text)
    assert found.part.value is None
    assert told in " ".join(found.part.unknown_because)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("m099/2024-W28/gmv", "There is no merchant 'm099'"),
        ("../2024-W28/gmv", "There is no merchant '..'"),
        ("m001' or '1'='1/2024-W28/gmv", "There is no merchant"),
        ("m001/2031-W28/gmv", "m001 has no figures of 2031-W28: its exports cover 2024-W27 to"),
        ("m001/2031-01/gmv", "m001 has no figures of 2031-01"),
        ("m001/2024-W28/gmw", "near are gmv"),
        ("m001/2024-W28/gmv_mom", "has no figure 'gmv_mom'"),
        ('m001/2024-W28/gmv"; drop table x; --', "has no figure"),
        ("m001/2024-W28/is_complete", "has no figure"),
        ("m001/2024-W28/month_to_date/gmv", "is not decided in this build"),
    ],
)
def test_what_cannot_be_explained_says_what_mends_it(
    market: MarketHome, text: str, told: str
) -> None:
    with pytest.raises(ExplainError) as error:
        explained(market, text)
    assert told in str(error.value)
    assert str(error.value).endswith(".")
