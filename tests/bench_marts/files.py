"""Raw and quarantine as the gate leaves them: one Parquet per merchant, source and week."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import duckdb

from orchestration.exports.reader import READER_REVISION
from orchestration.home import Home
from orchestration.state.manifest import Address
from orchestration.warehouse.file_by_file import Target, stream, write_each
from orchestration.warehouse.passing import PLACE
from tests.bench_marts.cells import (
    ADS,
    AFTERSALES,
    DAYS,
    ORDERS,
    ROW_ORDER,
    passing_and_rejected,
    revision_of,
)
from tests.bench_marts.world import World, ads_sql, aftersales_sql, lines_sql

_PROCESSES = 2
_MERCHANTS_AT_ONCE = 50
_MEMORY_LIMIT = "3GB"


@dataclass(frozen=True)
class RawFile:
    """What the manifest says of one file."""

    source: str
    merchant_id: str
    week: int
    loaded: int
    rejected: int
    days: list[date]

    @property
    def file_sha256(self) -> str:
        return hashlib.sha256(
            _content(self.source, self.merchant_id, self.week).encode()
        ).hexdigest()

    @property
    def address(self) -> Address:
        revision = revision_of(self.source)
        return Address(self.merchant_id, self.file_sha256, revision, READER_REVISION)


def exported_at(world: World, week: int) -> datetime:
    """Every export of a week is made on the Monday after it, at 10:00 in Shanghai."""
    return datetime.combine(world.monday(week + 1), time(2), tzinfo=UTC)


def write_raw(home: Home, world: World, database: Path, *, is_packed: bool) -> list[RawFile]:
    """Write every file of the weeks of this world, on as many processes as there are cores.

    `is_packed`: the rows of fifty merchants lie in one Parquet, for all that they say is the same.
    """
    starts = range(0, world.merchants, _MERCHANTS_AT_ONCE)
    work = partial(_write_some, home, world, database, is_packed)
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        return [file for files in pool.map(work, starts) for file in files]


def _content(source: str, merchant_id: str, week: int) -> str:
    return f"{source}/{merchant_id}/{week}"


def _write_some(
    home: Home, world: World, database: Path, is_packed: bool, start: int
) -> list[RawFile]:
    files: list[RawFile] = []
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": _MEMORY_LIMIT,
    }
    with closing(duckdb.connect(database, read_only=True, config=config)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            f"create temp view some_merchants as select * from merchants "
            f"where merchant between {start} and {start + _MERCHANTS_AT_ONCE - 1}"
        )
        for source in (ORDERS, AFTERSALES, ADS):
            connection.execute(f"create or replace temp table rows as {_rows_sql(world, source)}")
            some = list(_accounts(connection, source))
            if is_packed:
                _write_pack(home, connection, source, start)
            else:
                _write_files(home, connection, source, some)
            files += some
    return files


def world_rows(source: str, first_week: int, last_week: int, *, is_again: bool) -> str:
    """Rows of the world of some weeks, of the merchants in `some_merchants`."""
    if source == ADS:
        return ads_sql(first_week, last_week, is_again=is_again).replace(
            "from merchants", "from some_merchants"
        )
    # After-sales come up to a week after their orders.
    first = first_week - 1 if source == AFTERSALES else first_week
    orders = (
        f"(select orders.* from orders inner join some_merchants using (merchant) "
        f"where week between {first} and {last_week}) as some_orders"
    )
    rows = (aftersales_sql if source == AFTERSALES else lines_sql)(orders, is_again=is_again)
    return f"select * from ({rows}) as world_rows where week between {first_week} and {last_week}"


def _rows_sql(world: World, source: str) -> str:
    """Rows with the week whose file they are in: every fourth file has the week before, too."""
    last = world.weeks - 1
    first = world_rows(source, 0, last, is_again=False)
    again = world_rows(source, 0, last - 1, is_again=True)
    rejected = "" if source == ORDERS else ", false as is_rejected"
    joined = "left join buyers using (merchant, buyer)" if source == ORDERS else ""
    return f"""
        select
            rows.*,
            merchant_id,
            sha256(concat('{source}/', merchant_id, '/', file)) as sha256,
            {DAYS[source]} as day,
            dense_rank() over (order by merchant, file) - 1 as place,
            row_number() over (
                partition by merchant, file order by rows.week, {ROW_ORDER[source]}
            ) as row_number
            {rejected}
            {", customer_key" if source == ORDERS else ""}
        from (
            select *, week as file from ({first}) as first_rows
            union all by name
            select *, week + 1 as file from ({again}) as again_rows where week % 4 = 2
        ) as rows
        inner join some_merchants using (merchant)
        {joined}
    """


def _accounts(connection: duckdb.DuckDBPyConnection, source: str) -> Iterator[RawFile]:
    found = connection.execute(
        """
        select
            merchant_id,
            file,
            count(*) filter (where not is_rejected),
            count(*) filter (where is_rejected),
            list(distinct day order by day) filter (where not is_rejected)
        from rows
        group by place, merchant_id, file
        order by place
        """
    )
    for merchant_id, week, loaded, rejected, days in found.fetchall():
        yield RawFile(source, merchant_id, week, loaded, rejected, days or [])


def _write_files(
    home: Home, connection: duckdb.DuckDBPyConnection, source: str, files: list[RawFile]
) -> None:
    def targets(folder: Path, rows: str) -> dict[int, Target]:
        return {
            place: Target(folder / source / f"{file.address.stem}.parquet", getattr(file, rows))
            for place, file in enumerate(files)
        }

    passing, rejected = passing_and_rejected(source)
    write_each(stream(connection, passing), targets(home.raw, "loaded"), _itself)
    some = {p: one for p, one in targets(home.quarantine, "rejected").items() if one.rows}
    if some:
        write_each(stream(connection, rejected), some, _itself)


def _write_pack(
    home: Home, connection: duckdb.DuckDBPyConnection, source: str, number: int
) -> None:
    for folder, query in zip(
        (home.raw, home.quarantine), passing_and_rejected(source), strict=True
    ):
        rows = f"select * exclude ({PLACE}) from ({query})"
        connection.execute(f"copy ({rows}) to '{folder / source / f'{number}.parquet'}'")


def _itself(path: Path) -> Path:
    return path
