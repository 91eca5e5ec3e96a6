"""Step 3: the gate. Newly staged rows of a source are checked at once, then each file is judged."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from expectations.run import SuiteResult, run_suite
from expectations.suite import load_suite
from expectations.verdict import exceeds_run_share, judge
from orchestration.exports.staged_account import days_told
from orchestration.files import forget_scraps, sync
from orchestration.flow.data_docs import write_data_docs
from orchestration.flow.faults import gate_step, remember_faults
from orchestration.flow.verdicts import HeldRows, Verdict, record_verdicts
from orchestration.flow.workspace import Workspace
from orchestration.home import Home
from orchestration.periods import business_day
from orchestration.sections import GateSettings
from orchestration.state.manifest import (
    address_of,
    staged_readings,
    staged_sources,
    withdrawn_files,
)
from orchestration.state.models import Reading
from orchestration.warehouse.load import load
from orchestration.warehouse.passing import LoadedRows
from orchestration.warehouse.row_names import RowNames
from orchestration.warehouse.split import SplitCounts, hold, split
from orchestration.warehouse.staged import StagedFile, gather

# Below two merchants a large share is that merchant's matter: its files are held, nobody else's.
_MERCHANTS_FOR_A_COMMON_CAUSE = 2
# One transaction: enough files that its cost is shared, few enough that a killed run, which does
# them again, loses seconds.
_FILES_AT_ONCE = 500
_FOLDER_PREFIX = ".gate-"


@dataclass(frozen=True)
class GateOutcome:
    """What the gate did with the newly staged rows of one source.

    `held`: a sentence per file held whole. `structural_faults`: why nothing was let through.
    """

    source: str
    suite: SuiteResult | None = None
    files_loaded: int = 0
    held: list[str] = field(default_factory=list)
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_held: int = 0
    structural_faults: list[str] = field(default_factory=list)


def gate(workspace: Workspace, source: str) -> GateOutcome:
    """Check, judge and load what is staged of a source.

    A structural fault (an expectation that raises, a missing column, too many rejected rows
    over several merchants) lets nothing through and leaves everything staged for the next time.
    """
    home, limits = workspace.home, workspace.settings.duckdb
    with workspace.store.session() as session:
        readings = list(staged_readings(session, source))
    staged = {path: reading for reading in readings if (path := _path(home, reading)).exists()}
    _forget_strays(home, source, set(staged))
    if not staged:
        remember_faults(workspace, gate_step(source), [])
        return GateOutcome(source)
    with _own_folder(home) as folder:
        files = gather(home, limits, [_staged_file(*item) for item in staged.items()], folder)
        rows_in = list({file.rows_in: None for file in files})
        asked = load_suite(source)
        suite = run_suite(asked, rows_in, folder, limits.memory_limit, limits.threads)
        workspace.store.remember(_suite_fact(source), json.dumps(suite.as_json()))
        validated = f"{suite.row_count:,} newly staged rows"
        write_data_docs(home, source, asked.expectations, suite.outcomes, validated)
        counts = split(home, limits, files, suite.failing_rows)
        faults = [*suite.structural_faults, *_common_cause(workspace, counts)]
        remember_faults(workspace, gate_step(source), faults)
        if faults:
            return GateOutcome(source, suite, structural_faults=faults)
        return _let_through(workspace, source, suite, counts, staged)


def sources_at_the_gate(workspace: Workspace) -> set[str]:
    """The sources of which rows wait to be checked."""
    with workspace.store.session() as session:
        return staged_sources(session)


@contextmanager
def _own_folder(home: Home) -> Iterator[Path]:
    """A folder for one check; nobody else checks under the home's lock, so older ones go."""
    for left_over in home.staged.glob(f"{_FOLDER_PREFIX}*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(dir=home.staged, prefix=_FOLDER_PREFIX) as folder:
        yield Path(folder)


def _staged_file(path: Path, reading: Reading) -> StagedFile:
    return StagedFile(path, reading.merchant_id, reading.file_sha256)


def _suite_fact(source: str) -> str:
    return f"suite_result/{source}"


def last_suite_result(workspace: Workspace, source: str) -> dict[str, Any]:
    """What the suite found when it last had rows to check, as JSON; empty before the first."""
    return json.loads(workspace.store.fact(_suite_fact(source)) or "{}")


def _path(home: Home, reading: Reading) -> Path:
    return home.staged / reading.source / f"{address_of(reading).stem}.parquet"


def _forget_strays(home: Home, source: str, wanted: set[Path]) -> None:
    """What a killed run left: staged files never recorded, which are read again, and scraps."""
    for path in (home.staged / source).glob("*.parquet"):
        if path not in wanted:
            path.unlink()
    # Nobody else writes there under the home's lock.
    for folder in (home.staged, home.raw, home.quarantine):
        forget_scraps(folder / source)


def _common_cause(workspace: Workspace, all_counts: Sequence[SplitCounts]) -> list[str]:
    limits = workspace.settings.gate
    with workspace.store.session() as session:
        out = withdrawn_files(session)
    # What somebody has taken out already need not be stopped.
    counts = [count for count in all_counts if count.file.key not in out]
    bad = {count.file.merchant_id for count in counts if _is_held(count, limits)}
    rows, rejected = sum(c.rows for c in counts), sum(c.rejected for c in counts)
    if len(bad) < _MERCHANTS_FOR_A_COMMON_CAUSE:
        return []
    if not exceeds_run_share(rows, rejected, limits.max_run_share):
        return []
    return [
        f"{rejected:,} of {rows:,} rows of {len(bad)} merchants fail together, more than "
        f"{limits.max_run_share:.0%}; look for a change of the platform's export, mend the layout "
        "or the suite, or raise gate.max_run_share."
    ]


def _is_held(count: SplitCounts, limits: GateSettings) -> bool:
    decision = judge(count.rows, count.rejected, limits.max_file_share, limits.min_file_rows)
    return decision == "held"


def _let_through(
    workspace: Workspace,
    source: str,
    suite: SuiteResult,
    counts: Sequence[SplitCounts],
    staged: dict[Path, Reading],
) -> GateOutcome:
    home, limits = workspace.home, workspace.settings.gate
    held_files = {count.file for count in counts if _is_held(count, limits)}
    held: list[str] = []
    for start in range(0, len(counts), _FILES_AT_ONCE):
        some = counts[start : start + _FILES_AT_ONCE]
        rows: dict[StagedFile, LoadedRows | HeldRows] = {}
        rows |= _hold(home, source, [count.file for count in some if count.file in held_files])
        passed = [count for count in some if count.file not in held_files]
        rows |= _load(workspace, source, suite, passed, staged)
        verdicts = [Verdict(staged[count.file.path], count, rows[count.file]) for count in some]
        with workspace.store.session() as session:
            held += record_verdicts(session, verdicts)
    loaded = [count for count in counts if count.file not in held_files]
    return GateOutcome(
        source,
        suite,
        files_loaded=len(loaded),
        held=held,
        rows_loaded=sum(count.passing for count in loaded),
        rows_quarantined=sum(count.rejected for count in loaded),
        rows_held=sum(count.rows for count in counts) - sum(count.rows for count in loaded),
    )


def _hold(home: Home, source: str, files: Sequence[StagedFile]) -> dict[StagedFile, HeldRows]:
    held = {file: hold(home, source, file, sync_folder=False) for file in files}
    if files:
        sync(home.held / source)
    return {file: HeldRows(tuple(days_told(place))) for file, place in held.items()}


def _load(
    workspace: Workspace,
    source: str,
    suite: SuiteResult,
    counts: Sequence[SplitCounts],
    staged: dict[Path, Reading],
) -> dict[StagedFile, LoadedRows]:
    """Load files; what names their rows is told by the terms under which each was exported."""
    layout = workspace.layouts().get(source)
    by_names: dict[RowNames, list[SplitCounts]] = {}
    for count in counts:
        terms = layout.terms_on(business_day(staged[count.file.path].effective_at))
        names = RowNames(terms.replace_by, terms.date_columns[0], terms.date_columns[-1])
        by_names.setdefault(names, []).append(count)
    loaded: dict[StagedFile, LoadedRows] = {}
    for names, alike in by_names.items():
        loaded |= load(
            workspace.home, workspace.settings.duckdb, source, alike, suite.failing_rows, names
        )
    return loaded
