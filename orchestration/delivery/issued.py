"""What was issued: every figure of every revision, in Parquet files that are never changed."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.delivery.channel import TEAM
from orchestration.digest.render import RenderedDigest
from orchestration.files import write_private
from orchestration.settings import Home

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
        ("build_id", pa.string()),
    ]
)


def issued_path(home: Home, rendered: RenderedDigest) -> Path:
    """Where the figures of a revision stand."""
    content = rendered.content
    folder = home.issued / content.week.isoformat() / (content.merchant_id or TEAM)
    return folder / f"r{rendered.revision}.parquet"


def write_issued(home: Home, rendered: RenderedDigest) -> Path:
    """Write down the figures of a revision; a file that is there stays as it is."""
    path = issued_path(home, rendered)
    if path.exists():
        return path
    content = rendered.content
    rows = [
        {
            "figure_id": fact.figure_id,
            "kind": content.kind,
            "merchant_id": content.merchant_id,
            "week": content.week,
            "revision": rendered.revision,
            "period": fact.period,
            "figure": fact.figure,
            "value": fact.value,
            "unit": fact.unit,
            "is_known": fact.is_known,
            "build_id": rendered.build_id,
        }
        for fact in content.facts
    ]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=ISSUED), buffer)
    write_private(path, buffer.getvalue())
    return path
