"""A home as dbt finds it before the first file, and what tests put into it by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.handover import write_empty_sources, write_handover
from orchestration.warehouse.packs import pack
from orchestration.warehouse.schemas import HANDOVERS, raw_schema


def empty_home(folder: Path) -> Home:
    """A home as dbt finds it before the first file: every Parquet is there, without rows."""
    home = Home(folder)
    for path in home.folders:
        path.mkdir(parents=True, exist_ok=True)
    write_empty_sources(
        home,
        {
            source: raw_schema(layout.arrow_columns)
            for source, layout in load_layouts().layouts.items()
        },
    )
    for name in HANDOVERS:
        put_handover(home, name, [])
    pack_all(home)
    return home


def pack_all(home: Home) -> None:
    """Show dbt what lies in raw and quarantine."""
    packed = pack(home, DuckDBSettings(), load_layouts().sources)
    put_handover(home, "packed_rows", packed.row_counts())


def put_handover(home: Home, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """What a row does not mention is null."""
    nothing = dict.fromkeys(HANDOVERS[name].names)
    write_handover(home, name, [{**nothing, **row} for row in rows])
