"""The marts as built, before anybody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import literal
from orchestration.warehouse.publish import MARTS


@contextmanager
def open_built_marts(home: Home, limits: DuckDBSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that shows every mart under its bare name; the file is only read.

    Raises:
        WarehouseError: the marts are missing, damaged, or in use elsewhere.
    """
    if not home.marts_db.exists():
        raise WarehouseError(f"{home.marts_db} is missing; `seedbed run` builds it.")
    with open_duckdb(home, limits) as connection:
        try:
            connection.execute(f"attach {literal(home.marts_db)} as built (read_only)")
        except duckdb.Error as error:
            raise WarehouseError(
                f"{home.marts_db} cannot be read: {str(error).partition(chr(10))[0]}; wait for "
                "whoever uses it, or build it again."
            ) from error
        marts = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'built' "
            f"and schema_name = '{MARTS}'"
        ).fetchall()
        for (mart,) in marts:
            connection.execute(f"create view {mart} as from built.{MARTS}.{mart}")
        yield connection
