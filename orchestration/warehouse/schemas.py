"""Schemas of the Parquet files that Python hands to dbt: the contract between the two.

Timestamps are UTC without a zone (the same on DuckDB and Spark), business days are dates.
A column is added at the end and never changes its meaning.
"""

from __future__ import annotations

import pyarrow as pa

from orchestration.rows import (
    MONEY,
    ROW_KEYS,
    STAGED_FAULT,
    TIMESTAMP,
    raw_schema,
    staged_schema,
)
from orchestration.warehouse.rulebook_schemas import (
    RULEBOOK_CATEGORIES,
    RULEBOOK_CONDITION_CATEGORIES,
    RULEBOOK_CONDITIONS,
    RULEBOOK_FACTS,
    RULEBOOK_GROUPS,
    RULEBOOK_METRICS,
    RULEBOOK_PARAMETERS,
    RULEBOOK_PROMOTIONS,
    RULEBOOK_SOURCES,
    RULEBOOK_TIERS,
    RULEBOOK_VERSIONS,
)

__all__ = [
    "HANDOVERS",
    "MONEY",
    "QUARANTINE",
    "ROWS_STAMP",
    "ROW_KEYS",
    "STAGED_FAULT",
    "TIMESTAMP",
    "raw_schema",
    "staged_schema",
]

ROWS_STAMP = "rows_stamp"

# Grain: one row per merchant and file content. The manifest, as dbt sees it; raw and quarantine
# rows count only if their address (merchant, file, layout and reader revision) stands here as
# loaded.
FILES = pa.schema(
    [
        ("merchant_id", pa.string()),
        ("file_sha256", pa.string()),
        ("source", pa.string()),
        ("file_name", pa.string()),
        ("layout_revision", pa.string()),
        ("reader_revision", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("received_at", TIMESTAMP),
        ("effective_at", TIMESTAMP),
        ("is_effective_at_assumed", pa.bool_()),
        ("first_row_date", pa.date32()),
        ("last_row_date", pa.date32()),
        ("rows_read", pa.int64()),
        ("rows_loaded", pa.int64()),
        ("rows_quarantined", pa.int64()),
        ("rows_held", pa.int64()),
        ("rows_skipped", pa.int64()),
        # What tells whether the Parquet files of its rows were written anew: no content.
        (ROWS_STAMP, pa.string()),
    ]
)

# Grain: one row per reading of a file that has rows in the packs of raw: how many, and how many row
# numbers they bear, counted when they were packed.
PACKED_ROWS = pa.schema(
    [
        ("source", pa.string()),
        ("merchant_id", pa.string()),
        ("file_sha256", pa.string()),
        ("layout_revision", pa.string()),
        ("reader_revision", pa.string()),
        ("row_count", pa.int64()),
        ("row_numbers", pa.int64()),
    ]
)

# Grain: one row per merchant and file content: when it came to count as it does. Apart from the
# files, for nothing but the causes of restatements may depend on when somebody did something.
SETTLEMENTS = pa.schema(
    [("merchant_id", pa.string()), ("file_sha256", pa.string()), ("settled_at", TIMESTAMP)]
)

# Grain: one row per digest of a merchant that somebody was told (its newest revision) and figure in
# it. A figure may be of an earlier week than its digest: a correction tells it again.
ISSUED = pa.schema(
    [
        ("figure_id", pa.string()),
        ("merchant_id", pa.string()),
        ("week", pa.date32()),
        ("revision", pa.int64()),
        ("period", pa.string()),
        ("figure", pa.string()),
        ("value", MONEY),
        ("unit", pa.string()),
        ("is_known", pa.bool_()),
        ("issued_at", TIMESTAMP),
        ("digest_week", pa.date32()),  # null in what an old version has told: the figure's week
    ]
)

# Grain: one row per merchant, file and run of days that the file speaks for, both ends included.
# Files that are held or withdrawn are among them: their days are known to be missing.
COVERAGE = pa.schema(
    [
        ("merchant_id", pa.string()),
        ("source", pa.string()),
        ("file_sha256", pa.string()),
        ("covered_from", pa.date32()),
        ("covered_to", pa.date32()),
        ("evidence", pa.string()),  # rows_to_export | rows | declared
        ("bridge_days", pa.int64()),
        ("is_loaded", pa.bool_()),
    ]
)

# Grain: one row per merchant.
REGISTER = pa.schema(
    [
        ("merchant_id", pa.string()),
        ("name_zh", pa.string()),
        ("name_en", pa.string()),
        ("name_it", pa.string()),
        ("locale", pa.string()),
        ("timezone", pa.string()),
        ("currency", pa.string()),
        ("industry_l1", pa.string()),
        ("industry_l2", pa.string()),
        ("joined_on", pa.date32()),
        ("is_private_domain", pa.bool_()),
    ]
)

# Grain: one row per merchant and source that the register expects of it.
REGISTER_SOURCES = pa.schema([("merchant_id", pa.string()), ("source", pa.string())])

# Grain: one row per reporting week to decide.
WEEKS = pa.schema([("week", pa.date32()), ("as_of", pa.date32())])

HANDOVERS: dict[str, pa.Schema] = {
    "files": FILES,
    "packed_rows": PACKED_ROWS,
    "settlements": SETTLEMENTS,
    "coverage": COVERAGE,
    "issued": ISSUED,
    "register": REGISTER,
    "register_sources": REGISTER_SOURCES,
    "rulebook_parameters": RULEBOOK_PARAMETERS,
    "rulebook_sources": RULEBOOK_SOURCES,
    "rulebook_promotions": RULEBOOK_PROMOTIONS,
    "rulebook_categories": RULEBOOK_CATEGORIES,
    "rulebook_versions": RULEBOOK_VERSIONS,
    "rulebook_conditions": RULEBOOK_CONDITIONS,
    "rulebook_condition_categories": RULEBOOK_CONDITION_CATEGORIES,
    "rulebook_tiers": RULEBOOK_TIERS,
    "rulebook_groups": RULEBOOK_GROUPS,
    "rulebook_metrics": RULEBOOK_METRICS,
    "rulebook_facts": RULEBOOK_FACTS,
    "weeks": WEEKS,
}

# Grain: one row per rejected row and rule.
QUARANTINE = pa.schema(
    [
        *ROW_KEYS,
        ("rule", pa.string()),
        ("reason", pa.string()),
        ("cells", pa.string()),
        ("row_key", pa.string()),  # what a newer export replaces by, such as the order id
        ("row_date", pa.date32()),  # its business day
    ]
)
