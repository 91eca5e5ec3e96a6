"""What dbt reads of raw and quarantine: their many small files, packed into few large ones.

Every export becomes a Parquet of its own, and opening a hundred thousand of them costs more than
reading their rows. Packs hold the same rows and are made anew from the small files wherever they
are missing or those have changed, so that a run packs what is new in it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.files import SCRATCH_PREFIX, private_folder, sync
from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.handover import EMPTY
from orchestration.warehouse.pack_file import (
    CountedRows,
    Pack,
    merge_packs,
    read_pack,
    write_pack,
)

# DuckDB keeps 0.2 MB for each open file of a hundred columns: some 200 MB at once.
_FILES_AT_ONCE = 1_000
# So many packs are read as fast as one; more small ones are put together.
_PACKS_LEFT_ALONE = 12
_CURRENT = "current"

Stamps = dict[tuple[str, str], str]
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Packed:
    """What was packed: the state of the small files, and the rows of raw that are there.

    `stamps`: what a small file looks like now, by source and name without ending.
    `rows`: rows of raw as they were counted when a pack was written, by source.
    """

    stamps: Stamps
    rows: dict[str, list[CountedRows]]

    def row_counts(self) -> list[dict[str, Any]]:
        """The rows as the hand-over `packed_rows`."""
        return [
            {"source": source, **counted._asdict()}
            for source, rows in self.rows.items()
            for counted in rows
        ]


def pack(
    home: Home,
    limits: DuckDBSettings,
    sources: Iterable[str],
    moments: Mapping[str, datetime] | None = None,
) -> Packed:
    """Bring the packs of raw and quarantine of these sources up to date.

    Readers see the packs of before or those of after: `current` is swapped at once.

    Args:
        home: the home.
        limits: bounds for DuckDB.
        sources: whose rows.
        moments: by the name of a small file without ending, when its rows were true; files of one
            time lie together, so that who asks for some weeks leaves the others unread.

    Raises:
        WarehouseError: a small file cannot be read, there is no room, or rows got lost.
    """
    stamps: Stamps = {}
    rows: dict[str, list[CountedRows]] = {}
    with open_duckdb(home, limits) as connection:
        # The order of rows means nothing here, and keeping it would hold them in memory.
        connection.execute("set preserve_insertion_order = false")
        for source in sources:
            for folder in (home.raw, home.quarantine):
                present = dict(_stamps(folder / source))
                packed = home.packed / folder.name / source
                in_time = sorted(present, key=lambda name: _place_in_time(name, moments or {}))
                present = {name: present[name] for name in in_time}
                packs = _pack_folder(connection, folder / source, packed, present)
                if folder == home.raw:
                    rows[source] = [counted for one in packs for counted in one.rows]
                for name, stamp in present.items():
                    place = source, name.removesuffix(".parquet")
                    stamps[place] = f"{stamps.get(place, '')} {folder.name} {stamp}".strip()
    return Packed(stamps, rows)


def _pack_folder(
    connection: duckdb.DuckDBPyConnection, folder: Path, packed: Path, present: dict[str, str]
) -> list[Pack]:
    """Bring the packs of a folder up to date; gives them."""
    current = packed / _CURRENT
    if current.exists() and not current.is_symlink():
        # A copy of a home that followed its links: nothing tells which generation this was.
        shutil.rmtree(packed)
    _forget_unfinished(packed)
    paths = [path for path in sorted(current.glob("*.parquet")) if path.name != EMPTY]
    packs = [one for path in paths if (one := read_pack(path))]
    kept = [one for one in packs if one.members.items() <= present.items()]
    known = {name for one in kept for name in one.members}
    new = [name for name in present if name not in known]
    if not new and len(kept) == len(paths) and _is_same(folder / EMPTY, current / EMPTY):
        return kept
    merged = _to_merge(kept)
    left = [one for one in kept if one not in merged]
    generation = packed / f"{_number(current) + 1:06d}"
    private_folder(generation)
    _link(folder / EMPTY, generation / EMPTY)
    for one in left:
        _link(one.path, generation / one.path.name)
    targets = (generation / f"{generation.name}-{number:04d}.parquet" for number in range(10_000))
    made = [merge_packs(connection, merged, next(targets))] if merged else []
    for start in range(0, len(new), _FILES_AT_ONCE):
        members = {name: present[name] for name in new[start : start + _FILES_AT_ONCE]}
        made.append(write_pack(connection, folder, members, next(targets)))
    _swap(current, generation)
    _forget_unfinished(packed)
    return [*left, *made]


def _place_in_time(name: str, moments: Mapping[str, datetime]) -> tuple[datetime, str]:
    return moments.get(name.removesuffix(".parquet"), _NO_MOMENT), name


def _stamps(folder: Path) -> Iterator[tuple[str, str]]:
    """Each small file that counts, and what tells whether it has been written anew."""
    with os.scandir(folder) as entries:
        for entry in entries:
            is_scratch = entry.name.startswith(SCRATCH_PREFIX)
            if entry.name.endswith(".parquet") and not is_scratch and entry.name != EMPTY:
                found = entry.stat()
                yield entry.name, f"{found.st_size}:{found.st_mtime_ns}"


def _to_merge(packs: list[Pack]) -> list[Pack]:
    small = [one for one in packs if not one.is_large]
    return small if len(small) > _PACKS_LEFT_ALONE else []


def _link(path: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system has no hard links."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copy2(path, target)


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.read_bytes() == other.read_bytes()


def _number(current: Path) -> int:
    return int(current.resolve().name) if current.exists() else 0


def _swap(current: Path, generation: Path) -> None:
    sync(generation)
    beside = current.with_name(f"{SCRATCH_PREFIX}{generation.name}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(generation.name)
    beside.replace(current)
    sync(current.parent)


def _forget_unfinished(packed: Path) -> None:
    """Drop every generation but the current one: an older one, or one of a killed run."""
    current = packed / _CURRENT
    counts = current.resolve().name if current.exists() else ""
    for path in packed.glob("*"):
        if path.name not in (_CURRENT, counts) and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
