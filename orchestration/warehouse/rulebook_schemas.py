"""Schemas of what the rulebook says, as tables: promotions, categories, programmes, statements.

Written by `incentives/`, read by dbt; the same contract as `schemas.py`.
"""

from __future__ import annotations

import pyarrow as pa

from orchestration.rows import TIMESTAMP

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
