"""Step 3: the gate. Newly staged rows of a source are checked at once, then each file is judged."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from expectations.run import SuiteResult, run_suite
from expectations.suite import load_suite
from expectations.verdict import exceeds_run_share, judge
from orchestration.exports.coverage import day_runs
from orchestration.flow.faults import gate_step, remember_faults
from orchestration.flow.workspace import Workspace
from orchestration.settings import Home
from orchestration.state.manifest import address_of, receipts_of, staged_readings, withdrawn_files
from orchestration.state.models import File, Reading
from orchestration.warehouse.split import (
    LoadedRows,
    RowNames,
    SplitCounts,
    StagedFile,
    hold,
    load,
    split,
)

# Below two merchants a large share is that merchant's matter: its files are held, nobody else's.
_MERCHANTS_FOR_A_COMMON_CAUSE = 2


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
    files = [
        StagedFile(path, reading.merchant_id, reading.file_sha256)
        for path, reading in staged.items()
    ]
    with tempfile.TemporaryDirectory(dir=home.staged, prefix=".gate-") as folder:
        suite = run_suite(
            load_suite(source), list(staged), Path(folder), limits.memory_limit, limits.threads
        )
        workspace.store.remember(_suite_fact(source), json.dumps(suite.as_json()))
        counts = split(home, limits, files, suite.failing_rows)
        faults = [*suite.structural_faults, *_common_cause(workspace, counts)]
        remember_faults(workspace, gate_step(source), faults)
        if faults:
            return GateOutcome(source, suite, structural_faults=faults)
        return _let_through(workspace, source, suite, counts, staged)


def _suite_fact(source: str) -> str:
    return f"suite_result/{source}"


def last_suite_result(workspace: Workspace, source: str) -> dict[str, Any]:
    """What the suite found when it last had rows to check, as JSON; empty before the first."""
    return json.loads(workspace.store.fact(_suite_fact(source)) or "{}")


def _path(home: Home, reading: Reading) -> Path:
    return home.staged / reading.source / f"{address_of(reading).stem}.parquet"


def _forget_strays(home: Home, source: str, wanted: set[Path]) -> None:
    """Staged files of a killed run whose reading was never recorded are read again anyway."""
    for path in (home.staged / source).glob("*.parquet"):
        if path not in wanted:
            path.unlink()


def _common_cause(workspace: Workspace, all_counts: Sequence[SplitCounts]) -> list[str]:
    limits = workspace.settings.gate
    with workspace.store.session() as session:
        out = withdrawn_files(session)
    # What somebody has taken out already need not be stopped.
    counts = [c for c in all_counts if (c.file.merchant_id, c.file.file_sha256) not in out]
    bad = {
        count.file.merchant_id
        for count in counts
        if judge(count.rows, count.rejected, limits.max_file_share, limits.min_file_rows) == "held"
    }
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


def _let_through(
    workspace: Workspace,
    source: str,
    suite: SuiteResult,
    counts: Sequence[SplitCounts],
    staged: dict[Path, Reading],
) -> GateOutcome:
    home, settings = workspace.home, workspace.settings
    limits = settings.gate
    held: list[str] = []
    loaded: list[SplitCounts] = []
    for count in counts:
        if judge(count.rows, count.rejected, limits.max_file_share, limits.min_file_rows) == "held":
            hold(home, source, count.file)
            held += filter(None, [_record(workspace, staged[count.file.path], count, None)])
        else:
            loaded.append(count)
    terms = workspace.layouts().get(source).terms[-1]
    names = RowNames(terms.replace_by, terms.date_columns[0], terms.date_columns[-1])
    rows = load(home, settings.duckdb, source, loaded, suite.failing_rows, names)
    for count in loaded:
        _record(workspace, staged[count.file.path], count, rows[count.file])
    return GateOutcome(
        source,
        suite,
        files_loaded=len(loaded),
        held=held,
        rows_loaded=sum(count.passing for count in loaded),
        rows_quarantined=sum(count.rejected for count in loaded),
        rows_held=sum(count.rows for count in counts) - sum(count.rows for count in loaded),
    )


def _record(
    workspace: Workspace, reading: Reading, count: SplitCounts, loaded: LoadedRows | None
) -> str:
    """Write the verdict; from here on the reading counts, or the file is held with its reason.

    A withdrawn file stays out. Gives the reason, empty if the file is not held.
    """
    is_held = loaded is None
    with workspace.store.session() as session:
        file = session.get_one(File, (reading.merchant_id, reading.file_sha256))
        stored = session.merge(reading)
        stored.verdict = "held" if is_held else "loaded"
        stored.quarantined_by_rule = dict(count.by_rule)
        stored.rows_held = count.rows if is_held else 0
        stored.rows_loaded = 0 if is_held else count.passing
        stored.rows_quarantined = 0 if is_held else count.rejected
        if loaded is not None:
            stored.rows_repeated = loaded.repeated
            stored.first_row_date = min(loaded.days, default=None)
            stored.last_row_date = max(loaded.days, default=None)
            stored.row_day_runs = day_runs(loaded.days)
        file.is_reread_wanted = False
        is_out = file.status == "withdrawn"
        reason = _why_held(session, file, count) if is_held and not is_out else ""
        # A reading that counts stands when another one is held; only its failure is told.
        counting = (file.layout_revision, file.reader_revision)
        is_another = counting != (reading.layout_revision, reading.reader_revision)
        stands = is_held and file.status == "loaded" and is_another
        if not is_out:
            file.reason = reason or None
        if not stands:
            file.status = "withdrawn" if is_out else stored.verdict
            file.source = reading.source
            file.layout_revision = reading.layout_revision
            file.reader_revision = reading.reader_revision
        return reason


def _why_held(session: Session, file: File, count: SplitCounts) -> str:
    name = receipts_of(session, file)[0].file_name
    rules = ", ".join(f"{rule} {rows:,}" for rule, rows in sorted(count.by_rule.items()))
    return (
        f"{name}: {count.rejected:,} of {count.rows:,} rows are rejected ({rules}); "
        "export it again, or mend the layout and run ingest --reparse."
    )
