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

__all__ = [
    "HANDOVERS",
    "MONEY",
    "QUARANTINE",
    "ROW_KEYS",
    "STAGED_FAULT",
    "TIMESTAMP",
    "raw_schema",
    "staged_schema",
]

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
    ]
)

# Grain: one row per merchant and file content: when it came to count as it does. Apart from the
# files, for nothing but the causes of restatements may depend on when somebody did something.
SETTLEMENTS = pa.schema(
    [("merchant_id", pa.string()), ("file_sha256", pa.string()), ("settled_at", TIMESTAMP)]
)

# Grain: one row per digest revision of a merchant and figure that somebody was told.
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

# Grain: one row per parameter of the rulebook, its value as text.
RULEBOOK_PARAMETERS = pa.schema([("parameter", pa.string()), ("value", pa.string())])

# Grain: one row per source: when its export of a week is due, in hours after the week's end.
RULEBOOK_SOURCES = pa.schema(
    [("source", pa.string()), ("is_required", pa.bool_()), ("due_hours", pa.int64())]
)

# Grain: one row per edition of a promotion; days of two editions never overlap.
RULEBOOK_PROMOTIONS = pa.schema(
    [
        ("promotion", pa.string()),
        ("first_day", pa.date32()),
        ("main_day", pa.date32()),
        ("last_day", pa.date32()),
        ("is_assumption", pa.bool_()),
    ]
)

# Grain: one row per category of a version of one of the platform's three trees.
RULEBOOK_CATEGORIES = pa.schema(
    [
        ("taxonomy", pa.string()),  # ad_industry | shop_category | content_category
        ("taxonomy_version", pa.string()),
        ("level", pa.int64()),
        ("name", pa.string()),
        ("parent", pa.string()),  # empty at level 1
    ]
)

# What docs/rulebook.md says of a programme, as tables. Each has the key of one record of a version:
# programme, version, recorded_at. Days are business days, the end of a run of days is the first
# that does not belong to it; null is what the file leaves out.
VERSION_KEYS = [
    ("programme", pa.string()),
    ("version", pa.int64()),
    ("recorded_at", TIMESTAMP),
]
AMOUNT = pa.decimal128(18, 2)
THRESHOLD = pa.decimal128(18, 4)

# Grain: one row per record of a version.
RULEBOOK_VERSIONS = pa.schema(
    [
        *VERSION_KEYS,
        ("name_zh", pa.string()),
        ("name_en", pa.string()),
        ("name_it", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("certainty", pa.string()),  # A | B | C | M
        ("is_assumption", pa.bool_()),
        ("source_title", pa.string()),
        ("quoted_on", pa.date32()),
        ("window_kind", pa.string()),  # after_event | campaign | weekly | monthly
        ("event", pa.string()),  # joined | first_order | first_ad_spend | first_broadcast
        ("event_mode", pa.string()),  # first_ever | dormant
        ("lookback_days", pa.int64()),
        ("window_days", pa.int64()),
        ("starts_next_day", pa.bool_()),
        ("week_starts", pa.int64()),  # 1 Monday ... 7 Sunday
        ("campaign_start", pa.date32()),
        ("campaign_end", pa.date32()),
        ("reward_unit", pa.string()),
        # up_to | fixed | highest_only | cumulative | retroactive | marginal
        ("reward_mode", pa.string()),
        ("measure_metric", pa.string()),
        ("measure_basis", pa.string()),  # level | growth
        ("baseline_from", pa.date32()),
        ("baseline_to", pa.date32()),
        ("zero_baseline", pa.string()),  # none | lowest | top
        ("is_first_time_only", pa.bool_()),
        ("window_cap", AMOUNT),
        ("merchant_cap", AMOUNT),
        ("claims_cap", pa.int64()),
        ("budget", AMOUNT),
    ]
)

# Grain: one row per record of a version and condition. Entries (of gates, of goals) are joined by
# AND, the conditions of one entry by OR.
RULEBOOK_CONDITIONS = pa.schema(
    [
        *VERSION_KEYS,
        ("condition_id", pa.string()),
        ("role", pa.string()),  # gate | goal
        ("entry", pa.int64()),
        ("metric", pa.string()),
        ("comparison", pa.string()),  # at_least | at_most | above | below | include | exclude
        ("threshold", THRESHOLD),  # `is: true` is at_least 1, `is: false` is at_most 0
        ("period", pa.string()),  # window | before_window | since_joined | null
        ("period_days", pa.int64()),
        ("taxonomy", pa.string()),
        ("taxonomy_version", pa.string()),
    ]
)

# Grain: one row per record of a version, condition on categories, and category in its list.
RULEBOOK_CONDITION_CATEGORIES = pa.schema(
    [*VERSION_KEYS, ("condition_id", pa.string()), ("category", pa.string())]
)

# Grain: one row per record of a version and tier; 1 is the lowest. A reward `fixed` has one tier
# without `tier_from`.
RULEBOOK_TIERS = pa.schema(
    [
        *VERSION_KEYS,
        ("tier", pa.int64()),
        ("tier_from", THRESHOLD),
        ("amount", AMOUNT),
        ("rate", pa.decimal128(18, 6)),
    ]
)

# Grain: one row per record of a version and group of exclusion; the lowest rank goes first.
RULEBOOK_GROUPS = pa.schema([*VERSION_KEYS, ("exclusive_group", pa.string()), ("rank", pa.int64())])

# Grain: one row per metric that a condition or a measure may name, facts among them.
RULEBOOK_METRICS = pa.schema(
    [
        ("metric", pa.string()),
        ("unit", pa.string()),
        ("kind", pa.string()),  # daily | register | fact
        ("may_fall", pa.bool_()),  # whether a later row may lower a sum of it
    ]
)

# Grain: one row per statement about a merchant that no export makes.
RULEBOOK_FACTS = pa.schema(
    [
        ("merchant_id", pa.string()),
        ("fact", pa.string()),
        ("value", THRESHOLD),  # yes is 1, no is 0
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("recorded_at", TIMESTAMP),
    ]
)

# Grain: one row per reporting week to decide.
WEEKS = pa.schema([("week", pa.date32()), ("as_of", pa.date32())])

HANDOVERS: dict[str, pa.Schema] = {
    "files": FILES,
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
