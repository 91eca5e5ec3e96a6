"""Raw sources as assets, and the gate's expectations as their checks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.suite import load_suite
from orchestration.defs.expected import counts, words
from orchestration.defs.landing.assets import staged_rows
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about, listed, tabled, timed
from orchestration.flow.accounting import FileAccount, accounts, merchant_verdicts, rows_by_fate
from orchestration.flow.data_docs import newest_data_docs
from orchestration.flow.gate import gate, last_suite_result
from orchestration.flow.sources import sources
from orchestration.settings import home_from_environment

STRUCTURE = "structure"
ACCOUNTING = "accounting_closes"
# Some screens of a table in the UI; each run writes it into Dagster's record.
_FILES_LISTED = 200


_MEANS = {
    ("row", "critical"): "Critical: a row that fails goes to quarantine",
    ("table", "critical"): "Critical: it stops the source",
    ("row", "warning"): "Warning: nothing is stopped",
    ("table", "warning"): "Warning: nothing is stopped",
}


def _check_specs(source: str) -> list[dg.AssetCheckSpec]:
    key = dg.AssetKey(["raw", source])
    expectations = [
        dg.AssetCheckSpec(
            item.name, asset=key, description=words(item, _MEANS[item.kind, item.severity])
        )
        for item in load_suite(source).expectations
    ]
    return [
        dg.AssetCheckSpec(
            STRUCTURE,
            asset=key,
            blocking=True,
            description="No expectation raised, no column is missing, and the rejected share over "
            "all merchants is below the threshold. Only this stops the run.",
        ),
        dg.AssetCheckSpec(
            ACCOUNTING,
            asset=key,
            description="For every file: rows read = loaded + quarantined + held + skipped.",
        ),
        *expectations,
    ]


def _samples(result: dict[str, Any]) -> str:
    keys = (
        f"{key['merchant_id']} file {str(key['file_sha256'])[:12]} row {key['row_number']}"
        for key in result["samples"]
    )
    return "; ".join(keys)


def _expectation_results(
    source: str, last: dict[str, Any], docs: Path | None, *, is_fresh: bool
) -> list[dg.AssetCheckResult]:
    """Each expectation as it last came out: a run without new rows finds nothing of its own."""
    key = dg.AssetKey(["raw", source])
    found = {result["name"]: result for result in last.get("expectations", [])}
    checks = []
    for item in load_suite(source).expectations:
        result = found.get(item.name)
        keys = _samples(result) if result else ""
        checks.append(
            dg.AssetCheckResult(
                check_name=item.name,
                asset_key=key,
                passed=result is None or result["passed"],
                severity=dg.AssetCheckSeverity.WARN,
                description=result["fault"] if result else "No rows were ever checked.",
                metadata=counts(item.name, result, keys, docs, is_fresh=is_fresh),
            )
        )
    return checks


def _accounts_table(files: Sequence[FileAccount]) -> dg.MarkdownMetadataValue:
    """One line per file: rows read = loaded + quarantined + held + skipped.

    Files with something to look at come first, and no more are listed than a person looks through.
    """
    ordered = sorted(files, key=lambda file: (not file.problem, not file.rows_quarantined))
    columns = ("merchant", "file", "status", "read", "loaded", "quarantined", "held", "skipped")
    table = tabled(
        (*columns, "repeated"),
        (
            (
                file.merchant_id,
                file.file_name,
                file.status,
                file.rows_read,
                file.rows_loaded,
                file.rows_quarantined,
                file.rows_held,
                file.rows_skipped,
                file.rows_repeated,
            )
            for file in ordered[:_FILES_LISTED]
        ),
    )
    more = len(files) - _FILES_LISTED
    if more <= 0:
        return table
    return dg.MetadataValue.md(
        f"{table.value}\n\nand {more:,} more; `seedbed ingest --json` lists all"
    )


def _raw_asset(source: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["raw", source],
        deps=[staged_rows],
        **about("raw", __file__),
        kinds={"parquet", "greatexpectations"},
        check_specs=_check_specs(source),
        description=f"Rows of {source} that passed the gate, append-only, one Parquet per file and "
        "reading. Grain: one row per row of a file.",
    )
    @timed
    def raw(context: dg.AssetExecutionContext, seedbed: SeedbedHome) -> dg.MaterializeResult:
        with seedbed.open() as workspace:
            outcome = gate(workspace, source)
            last = last_suite_result(workspace, source)
            files = accounts(workspace, source)
            docs = newest_data_docs(workspace.home).get(source)
        # Dagster's own line of a check that stops the run names it, and not why.
        for fault in outcome.structural_faults:
            context.log.error(fault)
        fates, verdicts = rows_by_fate(files), merchant_verdicts(files)
        unaccounted = [file.file_name for file in files if not file.closes]
        key = dg.AssetKey(["raw", source])
        return dg.MaterializeResult(
            metadata={
                "files_loaded": outcome.files_loaded,
                "files_held": listed(outcome.held),
                "rows_loaded_now": outcome.rows_loaded,
                "rows_quarantined_now": outcome.rows_quarantined,
                "rows_held_now": outcome.rows_held,
                "merchants": dg.MetadataValue.json(verdicts),
                "files": _accounts_table(files),
                "data_docs": dg.MetadataValue.path(str(docs)) if docs else "none",
                **{f"all_time_{name}": rows for name, rows in fates.items()},
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=STRUCTURE,
                    asset_key=key,
                    passed=not outcome.structural_faults,
                    severity=dg.AssetCheckSeverity.ERROR,
                    metadata={"faults": listed(outcome.structural_faults)},
                ),
                dg.AssetCheckResult(
                    check_name=ACCOUNTING,
                    asset_key=key,
                    passed=not unaccounted,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"files_that_do_not": ", ".join(unaccounted) or "none", **fates},
                ),
                *_expectation_results(source, last, docs, is_fresh=outcome.suite is not None),
            ],
        )

    return raw


# A home may have sources of its own, by its layouts.
SOURCES = sources(home_from_environment())
RAW_ASSETS = [dg.AssetKey(["raw", source]) for source in SOURCES]


@dg.definitions
def raw_sources() -> dg.Definitions:
    """One asset per source that has a suite or a layout."""
    return dg.Definitions(assets=[_raw_asset(source) for source in SOURCES])
