"""Publish a build: a copy of the marts under its own name, swapped in for readers at once.

A build is written once and never again, and `current.duckdb` is a symlink to one. Whoever has
an older build open keeps reading it, even after its name is gone.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import forget_scraps, replacing, sync
from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import write_query

MARTS, REPORTING = "marts", "reporting"
# Decided per week, as reporting is, though other tools read them like any mart.
WEEKLY_MARTS = (
    "fct_incentive_budgets",
    "fct_incentive_criteria",
    "fct_incentive_eligibility",
)
# Enough to go back over two months of weekly runs; a build is a few megabytes per merchant-year.
_KEPT_BUILDS = 10
_BUILD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Build:
    """A published build: `tables` counts the rows of each by `schema.table`."""

    build_id: str
    path: Path
    has_reporting: bool
    tables: dict[str, int]


def publish(
    home: Home,
    build_id: str,
    *,
    include_reporting: bool,
    limits: DuckDBSettings | None = None,
    keep: int = _KEPT_BUILDS,
) -> Build:
    """Make the marts as they stand the build that readers see next.

    A build that is there already is only swapped in. A crash at any point leaves the old build
    current, and the same call again completes the work.

    Args:
        home: the home; `marts.duckdb` of it must be built and closed.
        build_id: names what the build was made from; other contents need another id.
        include_reporting: whether what is decided per week goes with it: the schema `reporting`
            and the weekly marts.
        limits: bounds for DuckDB.
        keep: how many of the newest builds stay; the current one always does.

    Raises:
        WarehouseError: there are no marts, they are in use, hold a view, or the id is taken.
    """
    if not _BUILD_ID.fullmatch(build_id):
        raise WarehouseError(f"'{build_id}' is no build id; use letters, digits, '.', '_', '-'.")
    limits = limits or DuckDBSettings()
    path = home.published / f"{build_id}.duckdb"
    if not path.exists():
        _copy_marts(home, limits, path, include_reporting=include_reporting)
    with open_duckdb(home, limits, path, read_only=True) as connection:
        build = _described(connection, build_id, path)
        if build.has_reporting != include_reporting:
            raise WarehouseError(
                f"Build {build_id} is published {'with' if build.has_reporting else 'without'} "
                "the reporting schema already; publish the other kind under another id."
            )
        _write_note(build)
        _point_readers_at(home, path)
        _export_marts(connection, home, build)
    _forget_old_builds(home, keep, path)
    return build


def _copy_marts(home: Home, limits: DuckDBSettings, path: Path, *, include_reporting: bool) -> None:
    if not home.marts_db.exists():
        raise WarehouseError(f"{home.marts_db} is missing; `seedbed run` builds it.")
    with open_duckdb(home, limits, home.marts_db) as connection:
        # What is still in the log beside the file would not be in the copy.
        connection.execute("checkpoint")
    with replacing(path) as temporary:
        shutil.copyfile(home.marts_db, temporary)
        with open_duckdb(home, limits, temporary) as connection:
            _check(connection, home, [MARTS, REPORTING] if include_reporting else [MARTS])
            if not include_reporting:
                connection.execute(f"drop schema if exists {REPORTING} cascade")
                for mart in WEEKLY_MARTS:
                    connection.execute(f"drop table if exists {MARTS}.{mart}")
            connection.execute("checkpoint")


def _check(connection: duckdb.DuckDBPyConnection, home: Home, schemas: list[str]) -> None:
    tables = _names(connection, "duckdb_tables()", "table_name")
    for schema in schemas:
        if not any(name.startswith(f"{schema}.") for name in tables):
            raise WarehouseError(f"{home.marts_db} has no table in schema {schema}; build it.")
    if views := _names(connection, "duckdb_views()", "view_name"):
        raise WarehouseError(
            f"{home.marts_db} holds the view {views[0]}, which would break in a copy; "
            "make it a table."
        )


def _names(connection: duckdb.DuckDBPyConnection, catalog: str, column: str) -> list[str]:
    found = connection.execute(
        f"select schema_name || '.' || {column} from {catalog} "
        "where database_name = current_database() and not internal order by all"
    )
    return [row[0] for row in found.fetchall()]


def _described(connection: duckdb.DuckDBPyConnection, build_id: str, path: Path) -> Build:
    tables: dict[str, int] = {}
    for name in _names(connection, "duckdb_tables()", "table_name"):
        row = connection.execute(f"select count(*) from {name}").fetchone()
        tables[name] = int(row[0]) if row else 0
    has_reporting = any(name.startswith(f"{REPORTING}.") for name in tables)
    return Build(build_id, path, has_reporting, tables)


def _write_note(build: Build) -> None:
    note = {"build_id": build.build_id, "tables": build.tables}
    text = json.dumps(note, ensure_ascii=False, indent=2) + "\n"
    with replacing(_note(build.path)) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name.removesuffix('.duckdb')}.json")


def _point_readers_at(home: Home, path: Path) -> None:
    """Swap the symlink; its target is relative, so that a home can be moved."""
    link = home.current_build
    temporary = link.with_name(f".{link.name}.tmp")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(path.name)
    temporary.replace(link)
    sync(link.parent)


def _export_marts(connection: duckdb.DuckDBPyConnection, home: Home, build: Build) -> None:
    """Each mart as `parquet/<mart>/data.parquet` for other tools, its build in the footer."""
    folder = home.published / "parquet"
    prefix = f"{MARTS}."
    marts = [name.removeprefix(prefix) for name in build.tables if name.startswith(prefix)]
    for mart in marts:
        target = folder / mart / "data.parquet"
        if _build_of(target) != build.build_id:
            write_query(
                connection,
                f"select * from {MARTS}.{mart}",
                target,
                metadata={"build_id": build.build_id},
            )
    for leftover in folder.glob("*/data.parquet"):
        if leftover.parent.name not in marts:
            leftover.unlink()


def _build_of(export: Path) -> str | None:
    if not export.exists():
        return None
    try:
        footer = pq.read_metadata(export).metadata or {}
    except pa.ArrowInvalid:
        return None
    return footer.get(b"build_id", b"").decode()


def _forget_old_builds(home: Home, keep: int, current: Path) -> None:
    builds = sorted(_builds(home), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in builds[keep:]:
        if path != current:
            path.unlink()
            _note(path).unlink(missing_ok=True)
    # What a killed process left; nobody else publishes under the home's lock.
    forget_scraps(home.published)


def _builds(home: Home) -> Iterator[Path]:
    return (path for path in home.published.glob("*.duckdb") if not path.is_symlink())
