"""What merchants were told lately, from `issued/`: the newest revision of each merchant's week."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.schemas import ISSUED

# Half a year: refunds and the longest attribution windows (60 days) are over by then, and the
# small files of every week ever told need not be opened again each time.
WEEKS_REMEMBERED = 26
_WEEK = re.compile(r"\d{4}-\d{2}-\d{2}")
_REVISION = re.compile(r"r(\d+)\.parquet")


def told_lately(
    home: Home, limits: DuckDBSettings, weeks: int = WEEKS_REMEMBERED
) -> list[dict[str, Any]]:
    """Rows of the hand-over `issued`, of the newest weeks that anybody was told."""
    paths = [str(path) for path in _newest_revisions(home.issued, weeks)]
    if not paths:
        return []
    with open_duckdb(home, limits) as connection:
        # What an older version has written lacks the columns that came later.
        rows = connection.sql(
            "select * from read_parquet($paths, union_by_name = true) where kind = 'merchant'",
            params={"paths": paths},
        )
        known = [name for name in ISSUED.names if name in rows.columns]
        found = rows.project(", ".join(known)).to_arrow_table().to_pylist()
    return [{name: row.get(name) for name in ISSUED.names} for row in found]


def _newest_revisions(issued: Path, weeks: int) -> Iterator[Path]:
    folders = sorted(path for path in issued.iterdir() if _WEEK.fullmatch(path.name))
    for week in folders[-weeks:]:
        for merchant in sorted(week.iterdir()):
            revisions = [
                (int(match[1]), path)
                for path in merchant.iterdir()
                if (match := _REVISION.fullmatch(path.name))
            ]
            if revisions:
                yield max(revisions)[1]
