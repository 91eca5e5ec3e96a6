"""Raw sources as assets, and the gate's expectations as their checks."""

import dagster as dg

from expectations.result import ExpectationResult
from expectations.suite import load_suite, suite_names
from orchestration.defs.landing.assets import staged_rows
from orchestration.defs.resources import SeedbedHome
from orchestration.flow.accounting import accounting_faults, rows_by_fate
from orchestration.flow.gate import GateOutcome, gate

STRUCTURE = "structure"
ACCOUNTING = "accounting_closes"


def _check_specs(source: str) -> list[dg.AssetCheckSpec]:
    key = dg.AssetKey(["raw", source])
    expectations = [
        dg.AssetCheckSpec(item.name, asset=key, description=item.description)
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


def _samples(result: ExpectationResult) -> str:
    keys = (
        f"{key['merchant_id']} file {str(key['file_sha256'])[:12]} row {key['row_number']}"
        for key in result.samples
    )
    return "; ".join(keys) or "none"


def _expectation_results(outcome: GateOutcome) -> list[dg.AssetCheckResult]:
    key = dg.AssetKey(["raw", outcome.source])
    if outcome.suite is None:
        return [
            dg.AssetCheckResult(
                check_name=item.name,
                asset_key=key,
                passed=True,
                metadata={"rows_checked": 0, "note": "no new rows in this run"},
            )
            for item in load_suite(outcome.source).expectations
        ]
    return [
        dg.AssetCheckResult(
            check_name=result.name,
            asset_key=key,
            passed=result.passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=result.fault,
            metadata={
                "rows_checked": result.evaluated_count,
                "rows_failing": result.unexpected_count,
                "share_failing": round(result.share or 0.0, 6),
                "sample_keys": _samples(result),
            },
        )
        for result in outcome.suite.expectations
    ]


def _raw_asset(source: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["raw", source],
        deps=[staged_rows],
        group_name="raw",
        kinds={"parquet", "greatexpectations"},
        check_specs=_check_specs(source),
        description=f"Rows of {source} that passed the gate, append-only, one Parquet per file and "
        "reading. Grain: one row per row of a file.",
    )
    def raw(seedbed: SeedbedHome) -> dg.MaterializeResult:
        with seedbed.open() as workspace:
            outcome = gate(workspace, source)
            fates = rows_by_fate(workspace, source)
            unaccounted = accounting_faults(workspace)
        key = dg.AssetKey(["raw", source])
        return dg.MaterializeResult(
            metadata={
                "files_loaded": outcome.files_loaded,
                "files_held": dg.MetadataValue.md("\n".join(f"- {r}" for r in outcome.held)),
                "rows_loaded_now": outcome.rows_loaded,
                "rows_quarantined_now": outcome.rows_quarantined,
                "rows_held_now": outcome.rows_held,
                **{f"all_time_{name}": rows for name, rows in fates.items()},
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=STRUCTURE,
                    asset_key=key,
                    passed=not outcome.structural_faults,
                    severity=dg.AssetCheckSeverity.ERROR,
                    metadata={"faults": outcome.structural_faults},
                ),
                dg.AssetCheckResult(
                    check_name=ACCOUNTING,
                    asset_key=key,
                    passed=not unaccounted,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"files_that_do_not": ", ".join(unaccounted) or "none", **fates},
                ),
                *_expectation_results(outcome),
            ],
        )

    return raw


SOURCES = suite_names()
RAW_ASSETS = [dg.AssetKey(["raw", source]) for source in SOURCES]


@dg.definitions
def raw_sources() -> dg.Definitions:
    """One asset per source that has a suite."""
    return dg.Definitions(assets=[_raw_asset(source) for source in SOURCES])
