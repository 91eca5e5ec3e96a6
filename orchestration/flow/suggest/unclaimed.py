"""Files that nobody has claimed: what they are, and everything that speaks for whose they are."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import select

from orchestration.exports.errors import ExportError
from orchestration.exports.identity import Identity
from orchestration.exports.landing import Archive
from orchestration.exports.owners import platform_of
from orchestration.exports.reader import Reader, open_reader
from orchestration.flow.claims import IS_UNCLAIMED, NOBODY
from orchestration.flow.identity import identity_key
from orchestration.flow.owners import IdKey, Owners, named_ids, owners
from orchestration.flow.reading.read import export_receipt
from orchestration.flow.suggest.evidence import (
    ID_COLUMNS,
    by_company,
    by_names,
    by_registered_ids,
    by_shared_ids,
)
from orchestration.flow.suggest.weighed import Evidence, Unclaimed
from orchestration.flow.workspace import Workspace
from orchestration.register import Merchant
from orchestration.state.manifest import address_of, current_readings, receipts_by_file
from orchestration.state.models import File, Receipt
from orchestration.warehouse.shared_ids import IdsOfFile, IdsOfSource, SharedIds, shared_ids

Progress = Callable[[str], None]

_NAME_COLUMNS = ("account_name", "shop_name")
# A report of an agency may name hundreds of accounts; so many tell whose it is, or nobody can.
_NAMES_LOOKED_AT = 20
# What one ingest archives together.
_TOGETHER = timedelta(minutes=1)
# Between a ZIP and its member in the name of a receipt.
_IN_ZIP = "/"


@dataclass(frozen=True)
class _Read:
    """What reading a file of nobody gave: its source and whose ids and names, or why nothing."""

    source: str | None = None
    fault: str | None = None
    ids: frozenset[IdKey] = frozenset()
    names: tuple[str, ...] = ()
    staged: IdsOfFile | None = None


@dataclass(frozen=True)
class _Facts:
    """What every file is held against; `shared` ids by the hash of a file."""

    owners: Owners
    merchants: Sequence[Merchant]
    receipts: Sequence[Receipt]
    shared: Mapping[str, Sequence[SharedIds]]


def unclaimed_files(workspace: Workspace, progress: Progress | None = None) -> list[Unclaimed]:
    """Every file of nobody that waits for an owner, with all evidence there is, not yet weighed.

    The files are read for it, and what is read is thrown away again.
    """
    tell = progress or (lambda _text: None)
    with workspace.store.session() as session:
        files = session.scalars(select(File).where(IS_UNCLAIMED).order_by(File.file_sha256)).all()
        by_file = receipts_by_file(session)
    arrivals = {sha256: mine for (owner, sha256), mine in by_file.items() if owner == NOBODY}
    home, archive = workspace.home, workspace.archive()
    with tempfile.TemporaryDirectory(dir=home.staged, prefix=".suggest-") as scratch:
        reads: dict[str, _Read] = {}
        with open_reader(
            Path(scratch),
            workspace.layouts(),
            Identity(identity_key(workspace)),
            workspace.settings.duckdb,
        ) as reader:
            for number, file in enumerate(files, start=1):
                tell(f"reading {arrivals[file.file_sha256][0].file_name} ({number:,})")
                reads[file.file_sha256] = _read(archive, reader, file, arrivals)
        shared = _shared(workspace, [read.staged for read in reads.values() if read.staged])
    receipts = list(chain.from_iterable(by_file.values()))
    facts = _Facts(owners(workspace), workspace.register().merchants, receipts, shared)
    return [
        _unclaimed(file, reads[file.file_sha256], arrivals[file.file_sha256], facts)
        for file in files
    ]


def _read(
    archive: Archive, reader: Reader, file: File, arrivals: Mapping[str, Sequence[Receipt]]
) -> _Read:
    sha256 = file.file_sha256
    try:
        with archive.opened(sha256) as content:
            result = reader.read(
                content,
                merchant_id=NOBODY,
                file_sha256=sha256,
                receipts=[export_receipt(receipt) for receipt in arrivals[sha256]],
            )
    except ExportError as error:
        return _Read(fault=str(error))
    there = pq.read_schema(result.staged_path).names
    return _Read(
        source=result.source,
        ids=frozenset(named_ids(result.source, result.owner_ids)),
        names=tuple(
            name
            for column in _NAME_COLUMNS
            if column in there
            for name in _distinct(result.staged_path, column)
        ),
        staged=IdsOfFile(
            sha256,
            platform_of(result.source),
            result.staged_path,
            tuple(column for column in ID_COLUMNS if column in there),
        ),
    )


def _distinct(path: Path, column: str) -> list[str]:
    names = pq.read_table(path, columns=[column])[column].unique().drop_null()
    return names.slice(0, _NAMES_LOOKED_AT).to_pylist()


def _shared(workspace: Workspace, staged: Sequence[IdsOfFile]) -> dict[str, list[SharedIds]]:
    """Ids that merchants' rows have in common with a file, by the file's hash."""
    found: dict[str, list[SharedIds]] = defaultdict(list)
    if staged:
        limits = workspace.settings.duckdb
        for one in shared_ids(workspace.home, limits, staged, _raw(workspace)):
            found[one.file_sha256].append(one)
    return found


def _raw(workspace: Workspace) -> list[IdsOfSource]:
    """The raw rows that count, by source."""
    paths: dict[str, list[Path]] = defaultdict(list)
    with workspace.store.session() as session:
        for file, reading in current_readings(session):
            if reading is not None and file.status == "loaded":
                name = f"{address_of(reading).stem}.parquet"
                paths[reading.source].append(workspace.home.raw / reading.source / name)
    return [
        IdsOfSource(
            source, platform_of(source), tuple(p for p in of_source if p.exists()), (*ID_COLUMNS,)
        )
        for source, of_source in sorted(paths.items())
        if any(path.exists() for path in of_source)
    ]


def _unclaimed(file: File, read: _Read, mine: Sequence[Receipt], facts: _Facts) -> Unclaimed:
    names = [receipt.file_name for receipt in mine]
    evidence: list[Evidence] = [
        *by_registered_ids(read.ids, facts.owners),
        *by_shared_ids(facts.shared.get(file.file_sha256, ())),
        *by_names(read.names, names, facts.merchants),
        *by_company(*_company(mine, facts.receipts)),
    ]
    return Unclaimed(
        file.file_sha256, names[0], read.source, read.fault, read.ids, read.names, tuple(evidence)
    )


def _company(
    mine: Iterable[Receipt], receipts: Iterable[Receipt]
) -> tuple[Counter[str], Counter[str]]:
    """Files of the same ZIP, and those that arrived in the same minute, by merchant."""
    zips = {r.file_name.rpartition(_IN_ZIP)[0] for r in mine} - {""}
    moments = [receipt.received_at for receipt in mine]
    same_zip: Counter[str] = Counter()
    same_time: Counter[str] = Counter()
    for other in receipts:
        if other.merchant_id == NOBODY:
            continue
        if other.file_name.rpartition(_IN_ZIP)[0] in zips:
            same_zip[other.merchant_id] += 1
        if any(abs(other.received_at - moment) <= _TOGETHER for moment in moments):
            same_time[other.merchant_id] += 1
    return same_zip, same_time
