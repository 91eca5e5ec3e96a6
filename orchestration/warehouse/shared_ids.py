"""Which merchants' rows name the same orders, items, campaigns … as files that are nobody's yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb


@dataclass(frozen=True)
class IdsOfFile:
    """A staged file and its columns of ids; `platform` is the tool that gave the ids."""

    file_sha256: str
    platform: str
    path: Path
    columns: tuple[str, ...]


@dataclass(frozen=True)
class IdsOfSource:
    """The raw files of a source that count, and the columns of ids that they may have."""

    source: str
    platform: str
    paths: tuple[Path, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SharedIds:
    """`count` of the `total` different ids in one column of a file are in a merchant's rows.

    `source` is the one whose rows have most of them, `example` the first id.
    """

    file_sha256: str
    column: str
    merchant_id: str
    source: str
    count: int
    total: int
    example: str


_ANSWER = """
with totals as (
  select file_sha256, name, count(*) as total from wanted group by all
)
select
  file_sha256, name, merchant_id, max_by(source, ids), max(ids), any_value(total), min(example)
from shared
inner join totals using (file_sha256, name)
group by file_sha256, name, merchant_id
order by file_sha256, max(ids) desc, name, merchant_id
"""


def shared_ids(
    home: Home,
    limits: DuckDBSettings,
    files: Sequence[IdsOfFile],
    sources: Sequence[IdsOfSource],
) -> list[SharedIds]:
    """Every merchant whose rows have an id of a file, by file and column, most ids first.

    Ids are compared within a platform: tools number their things apart from one another.
    """
    with open_duckdb(home, limits) as connection:
        connection.execute(
            "create temp table wanted (file_sha256 varchar, platform varchar, name varchar, "
            "id varchar)"
        )
        connection.execute(
            "create temp table shared (file_sha256 varchar, name varchar, merchant_id varchar, "
            "source varchar, ids bigint, example varchar)"
        )
        for file in files:
            for column in file.columns:
                connection.execute(
                    f"insert into wanted select distinct ?, ?, ?, {column} from read_parquet(?) "
                    f"where _skip is null and {column} is not null",
                    [file.file_sha256, file.platform, column, str(file.path)],
                )
        for source in sources:
            _look_into(connection, source)
        found = connection.execute(_ANSWER).fetchall()
    return [SharedIds(*row) for row in found]


def _look_into(connection: duckdb.DuckDBPyConnection, source: IdsOfSource) -> None:
    paths = [str(path) for path in source.paths]
    rows = "read_parquet(?, union_by_name = true)"
    described = connection.execute(f"describe select * from {rows}", [paths]).fetchall()
    there = {row[0] for row in described}
    for column in (name for name in source.columns if name in there):
        connection.execute(
            f"insert into shared select file_sha256, name, merchant_id, ?, count(*), min(id) "
            f"from (select distinct merchant_id, cast({column} as varchar) as id from {rows}) "
            "inner join wanted using (id) where platform = ? and name = ? "
            "group by file_sha256, name, merchant_id",
            [source.source, paths, source.platform, column],
        )
