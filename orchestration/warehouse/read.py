"""Read the published build: one that stays the same for as long as it is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError

Parameters = Sequence[object] | Mapping[str, object]


class _Row(dict[str, Any]):
    """A row by column name; one that it lacks is told as one is that a query names.

    It is made as a dict is, for `dataclasses.asdict` makes another of it.
    """

    build_id = ""

    def __missing__(self, name: str) -> Any:
        raise _lacking(self.build_id, f"no column {name}")


def _lacking(build_id: str, what: str) -> WarehouseError:
    return WarehouseError(
        f"Build {build_id} lacks what this release of Seedbed reads ({what}); "
        "`seedbed run` makes a new one."
    )


@dataclass(frozen=True)
class Published:
    """An open build; its tables are named `marts.<mart>` and `reporting.<model>`."""

    build_id: str
    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str, parameters: Parameters = ()) -> list[dict[str, Any]]:
        """The rows of a query as Python values (Decimal, date, None) by column name.

        To ask a row for a column that it lacks raises the same.

        Raises:
            WarehouseError: the build has no such table or column, for another release made it.
        """
        try:
            found = self.connection.execute(query, parameters)
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise _lacking(self.build_id, str(error).splitlines()[0]) from error
        names = [column[0] for column in found.description or ()]
        return [self._row(names, values) for values in found.fetchall()]

    def _row(self, names: Sequence[str], values: Sequence[object]) -> _Row:
        row = _Row(zip(names, values, strict=True))
        row.build_id = self.build_id
        return row


@contextmanager
def open_published(home: Home, limits: DuckDBSettings | None = None) -> Iterator[Published]:
    """Open the build that is current now; a later one does not show in it.

    Raises:
        WarehouseError: nothing is published yet.
    """
    link = home.current_build
    if not link.exists():
        raise WarehouseError(f"Nothing is published in {home.root}; `seedbed run` does it.")
    path = link.resolve()
    with open_duckdb(home, limits or DuckDBSettings(), path, read_only=True) as connection:
        yield Published(path.name.removesuffix(".duckdb"), connection)
