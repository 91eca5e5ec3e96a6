"""What was issued: every figure of every revision, in Parquet files that are never changed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.delivery.channel import TEAM
from orchestration.digest.content import DigestContent
from orchestration.digest.render import RenderedDigest
from orchestration.files import write_private
from orchestration.home import Home
from orchestration.periods import Week

# Grain: one row per digest revision and figure. Unknown figures have no value.
ISSUED = pa.schema(
    [
        ("figure_id", pa.string()),
        ("kind", pa.string()),
        ("merchant_id", pa.string()),
        ("week", pa.date32()),
        ("revision", pa.int64()),
        ("period", pa.string()),
        ("figure", pa.string()),
        ("value", pa.decimal128(18, 2)),
        ("unit", pa.string()),
        ("is_known", pa.bool_()),
        ("comparison", pa.string()),
        ("base", pa.decimal128(18, 2)),
        ("change", pa.decimal128(18, 4)),
        ("build_id", pa.string()),
        ("issued_at", pa.timestamp("us")),  # in UTC
        # The week of the digest; `week` is the figure's own, an earlier one in a correction.
        ("digest_week", pa.date32()),
    ]
)


def issued_path(home: Home, rendered: RenderedDigest) -> Path:
    """Where the figures of a revision stand."""
    content = rendered.content
    return _path(home, content.week, content.merchant_id, rendered.revision)


def _path(home: Home, week: date, merchant_id: str, revision: int) -> Path:
    return home.issued / week.isoformat() / (merchant_id or TEAM) / f"r{revision}.parquet"


def figures_of(content: DigestContent) -> list[dict[str, Any]]:
    """Every figure that a digest tells, as it is issued."""
    return [*_facts(content), *_cohort_cells(content), *_incentives(content)]


def read_issued(home: Home, week: date, merchant_id: str, revision: int) -> list[dict[str, Any]]:
    """The figures of a revision as they were told; none where a notice went."""
    path = _path(home, week, merchant_id, revision)
    return pq.read_table(path).to_pylist() if path.exists() else []


def _facts(content: DigestContent) -> Iterator[dict[str, Any]]:
    for fact in content.facts:
        yield {
            "figure_id": fact.figure_id,
            "period": fact.period,
            "figure": fact.figure,
            "value": fact.value,
            "unit": fact.unit,
            "is_known": fact.is_known,
            "comparison": fact.comparison,
            "base": fact.base,
            "change": fact.change,
        }


def _cohort_cells(content: DigestContent) -> Iterator[dict[str, Any]]:
    """Active customers by cohort month and month number; their share follows from month 0."""
    iso = Week(content.week).iso
    for cohort in content.cohorts:
        for cell in cohort.cells:
            name = f"cohort/{cohort.cohort_month:%Y-%m}/{cell.month_number}/active_customers"
            yield {
                "figure_id": f"{content.merchant_id}/{iso}/{name}",
                "period": "cohort",
                "figure": name,
                "value": cell.active_customers,
                "unit": "customers",
                "is_known": cell.active_customers is not None,
            }


def _incentives(content: DigestContent) -> Iterator[dict[str, Any]]:
    """What the rules have earned in each window of which the digest tells an amount."""
    iso = Week(content.week).iso
    for one in content.incentives:
        if one.earned:
            name = f"incentive/{one.programme}/{one.window_key}/earned"
            yield {
                "figure_id": f"{content.merchant_id}/{iso}/{name}",
                "period": "incentive",
                "figure": name,
                "value": one.earned,
                "unit": one.unit,
                "is_known": True,
            }


def _corrections(content: DigestContent) -> Iterator[dict[str, Any]]:
    """Figures of earlier weeks, told again; the digests to come need not correct them again."""
    for restatement in content.restatements:
        yield {
            "figure_id": restatement.figure_id,
            "week": restatement.restated_week,
            "period": "week",
            "figure": restatement.figure,
            "value": restatement.value_now,
            "unit": restatement.unit,
            "is_known": restatement.value_now is not None,
        }


def write_issued(home: Home, rendered: RenderedDigest, moment: datetime) -> Path:
    """Write down the figures of a revision told now; a file that is there stays as it is."""
    path = issued_path(home, rendered)
    if path.exists():
        return path
    content = rendered.content
    same_in_all = {
        "kind": content.kind,
        "merchant_id": content.merchant_id,
        "week": content.week,
        "digest_week": content.week,
        "revision": rendered.revision,
        "build_id": rendered.build_id,
        "issued_at": moment.astimezone(UTC).replace(tzinfo=None),
    }
    figures = [*figures_of(content), *_corrections(content)]
    rows = [{**same_in_all, **figure} for figure in figures]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=ISSUED), buffer)
    write_private(path, buffer.getvalue())
    return path
