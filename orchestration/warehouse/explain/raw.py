"""Where the raw rows of a fact lie: only the Parquet files that the build names are opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.home import Home
from orchestration.state.manifest import Address
from orchestration.warehouse.explain.errors import ExplainError
from orchestration.warehouse.read import Published


@dataclass(frozen=True)
class RawFile:
    """A file of the build, and where the reading of it lies that the build was made from."""

    file_sha256: str
    file_name: str | None
    source: str
    effective_at: datetime
    is_effective_at_assumed: bool
    path: Path


def raw_files(
    home: Home, published: Published, merchant_id: str, targets: str
) -> dict[str, RawFile]:
    """The files that a table of the connection names in `file_sha256`, by hash.

    Raises:
        ExplainError: the build does not know one of them, or its rows are gone.
    """
    wanted = {row["file_sha256"] for row in published.rows(f"select file_sha256 from {targets}")}
    rows = published.rows(
        "select * from marts.fct_files where merchant_id = ? "
        f"and file_sha256 in (select file_sha256 from {targets})",
        [merchant_id],
    )
    found: dict[str, RawFile] = {}
    for row in rows:
        address = Address(
            merchant_id, row["file_sha256"], row["layout_revision"], row["reader_revision"]
        )
        found[row["file_sha256"]] = RawFile(
            row["file_sha256"],
            row["file_name"],
            row["source"],
            row["effective_at"],
            row["is_effective_at_assumed"],
            home.raw / row["source"] / f"{address.stem}.parquet",
        )
    for sha256 in sorted(wanted - set(found)):
        raise ExplainError(
            f"The build names the file {sha256[:8]} and does not list it; run `seedbed run`, "
            "and report this if it stays so."
        )
    for file in found.values():
        if not file.path.exists():
            raise ExplainError(
                f"{file.path} is missing; `seedbed ingest` reads it again from landing/."
            )
    return found


def columns_of(published: Published, paths: Sequence[Path]) -> set[str]:
    """The columns that any of these Parquet files has."""
    described = published.rows(
        "describe select * from read_parquet(?, union_by_name = true)", [list(map(str, paths))]
    )
    return {row["column_name"] for row in described}
