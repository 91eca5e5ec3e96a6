"""Step 4: hand to dbt what Python knows: manifest, coverage, register, rulebook, weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from orchestration.exports.coverage import covered_runs
from orchestration.exports.effective import file_period
from orchestration.exports.layout.book import LayoutBook
from orchestration.flow.reading.read import export_receipt
from orchestration.flow.rulebook import keep_as_handed_over
from orchestration.flow.workspace import Workspace
from orchestration.incentives.rulebook import compile_tables, load_rulebook
from orchestration.periods import Week, business_day
from orchestration.register import Merchant
from orchestration.rows import raw_schema
from orchestration.state.manifest import address_of, current_readings, receipts_by_file
from orchestration.state.models import File, Reading, Receipt
from orchestration.warehouse.handover import write_empty_sources, write_handover
from orchestration.warehouse.packs import Stamps, pack
from orchestration.warehouse.told import told_lately

Row = dict[str, Any]


def _naive_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def _file_row(
    file: File, reading: Reading | None, receipts: Sequence[Receipt], stamps: Stamps
) -> Row:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.file_sha256,
        "source": file.source,
        "file_name": receipts[0].file_name,
        "layout_revision": file.layout_revision,
        "reader_revision": file.reader_revision,
        "status": file.status,
        "reason": file.reason,
        "received_at": _naive_utc(receipts[0].received_at),
        "effective_at": _naive_utc(reading.effective_at) if reading else None,
        "is_effective_at_assumed": reading.is_effective_at_assumed if reading else None,
        "first_row_date": reading.first_row_date if reading else None,
        "last_row_date": reading.last_row_date if reading else None,
        "rows_read": reading.rows_read if reading else 0,
        "rows_loaded": reading.rows_loaded if reading else 0,
        "rows_quarantined": reading.rows_quarantined if reading else 0,
        "rows_held": reading.rows_held if reading else 0,
        "rows_skipped": reading.rows_skipped if reading else 0,
        "rows_stamp": (stamps.get((reading.source, address_of(reading).stem)) if reading else None),
    }


def _settlement(file: File) -> Row:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.file_sha256,
        "settled_at": _naive_utc(file.settled_at),
    }


def _coverage_rows(
    file: File, reading: Reading, receipts: Iterable[Receipt], book: LayoutBook
) -> list[Row]:
    terms = book.get(reading.source).terms_on(business_day(reading.effective_at))
    names = [export_receipt(receipt) for receipt in receipts]
    told = file_period(names, terms) if terms.period_pattern else None
    runs = covered_runs(
        terms.coverage,
        first_row_date=reading.first_row_date,
        row_day_runs=reading.row_day_runs,
        effective_at=reading.effective_at,
        is_assumed=reading.is_effective_at_assumed,
        declared=[told] if told else [name.declared for name in names if name.declared],
    )
    return [
        {
            "merchant_id": file.merchant_id,
            "source": reading.source,
            "file_sha256": file.file_sha256,
            "covered_from": run.covered_from,
            "covered_to": run.covered_to,
            "evidence": run.evidence,
            "bridge_days": terms.bridge_days,
            "is_loaded": file.status == "loaded",
        }
        for run in runs
    ]


def _register_row(merchant: Merchant) -> Row:
    return {
        "merchant_id": merchant.merchant_id,
        "name_zh": merchant.name.zh,
        "name_en": merchant.name.en,
        "name_it": merchant.name.it,
        "locale": merchant.locale,
        "timezone": merchant.timezone,
        "currency": merchant.currency,
        "industry_l1": merchant.industry_l1,
        "industry_l2": merchant.industry_l2,
        "joined_on": merchant.joined_on,
        "is_private_domain": merchant.private_domain,
    }


def _write_empty_tables(workspace: Workspace) -> None:
    """A zero-row Parquet for every source, so that dbt finds a schema before the first file."""
    write_empty_sources(
        workspace.home,
        {
            source: raw_schema(layout.arrow_columns)
            for source, layout in workspace.layouts().layouts.items()
        },
    )


def hand_over(workspace: Workspace) -> dict[str, int]:
    """Write every hand-over but the weeks; gives the rows of each by name."""
    _write_empty_tables(workspace)
    book = workspace.layouts()
    merchants = workspace.register().merchants
    files: list[Row] = []
    coverage: list[Row] = []
    settlements: list[Row] = []
    with workspace.store.session() as session:
        by_file, found = receipts_by_file(session), list(current_readings(session))
        moments = {
            address_of(reading).stem: reading.effective_at for _, reading in found if reading
        }
        packed = pack(workspace.home, workspace.settings.duckdb, book.sources, moments)
        for file, reading in found:
            receipts = by_file[file.merchant_id, file.file_sha256]
            files.append(_file_row(file, reading, receipts, packed.stamps))
            settlements.append(_settlement(file))
            if reading is not None:
                coverage.extend(_coverage_rows(file, reading, receipts, book))
    tables: dict[str, list[Row]] = {
        "files": files,
        "packed_rows": packed.row_counts(),
        "settlements": settlements,
        "coverage": coverage,
        "issued": told_lately(workspace.home, workspace.settings.duckdb),
        "register": [_register_row(merchant) for merchant in merchants],
        "register_sources": [
            {"merchant_id": merchant.merchant_id, "source": source}
            for merchant in merchants
            for source in merchant.sources
        ],
        **compile_tables(load_rulebook(workspace.home.rulebook)),
    }
    for name, rows in tables.items():
        write_handover(workspace.home, name, rows)
    keep_as_handed_over(workspace.home)
    return {name: len(rows) for name, rows in tables.items()}


def hand_over_weeks(workspace: Workspace, weeks: Iterable[Week]) -> None:
    """Name the weeks that the next weekly build decides."""
    write_handover(
        workspace.home, "weeks", [{"week": week.monday, "as_of": week.as_of} for week in weeks]
    )
