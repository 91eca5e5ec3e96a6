"""What a published build says of a figure itself: its row, its days, and who speaks for them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.periods import Week
from orchestration.warehouse.explain.answer import Coverage
from orchestration.warehouse.explain.errors import ExplainError
from orchestration.warehouse.explain.figures import ADS, AFTERSALES, ORDERS
from orchestration.warehouse.explain.names import FigureName, PeriodKind
from orchestration.warehouse.read import Published

DIGEST = "reporting.rpt_digest_facts"
COHORTS = "reporting.rpt_digest_cohorts"
WEEKS, MONTHS = "marts.fct_merchant_weeks", "marts.fct_merchant_months"
_KEYS = {"week": (WEEKS, "week"), "month": (MONTHS, "month")}
# What a row of a period says beside its figures.
FLAGS = (
    "promotion",
    "promotion_base_start",
    "orders_days_covered",
    "aftersales_days_covered",
    "ads_days_covered",
    "days_covered",
    "days_in_period",
    "is_history_complete",
    "is_complete",
)
_NEAR = 5


@dataclass(frozen=True)
class PeriodRow:
    """The row of a period: the table that has it, its figures by name, and its flags."""

    table: str
    figures: Mapping[str, Any]
    flags: Mapping[str, Any]


def period_row(
    published: Published, merchant_id: str, period: PeriodKind, start: date
) -> PeriodRow | None:
    """The row of a merchant's period, if it has one."""
    if period == "month_to_date":
        return _month_to_date(published, merchant_id, start)
    table, key = _KEYS[period]
    found = published.rows(
        f"select * from {table} where merchant_id = ? and {key} = ?", [merchant_id, start]
    )
    if not found:
        return None
    row = found[0]
    figures = {n: v for n, v in row.items() if n not in (*FLAGS, "merchant_id", key)}
    return PeriodRow(table, figures, {name: row[name] for name in FLAGS if name in row})


def _month_to_date(published: Published, merchant_id: str, week: date) -> PeriodRow | None:
    if not has_table(published, DIGEST):
        return None
    found = published.rows(
        f"select * from {DIGEST} where merchant_id = ? and week = ? and period = 'month_to_date'",
        [merchant_id, week],
    )
    if not found:
        return None
    flags = {name: found[0][name] for name in FLAGS if name in found[0]}
    return PeriodRow(DIGEST, {row["figure"]: row["value"] for row in found}, flags)


def cell_row(published: Published, name: FigureName) -> PeriodRow:
    """The row of a cohort's cell.

    Raises:
        ExplainError: the build has no such cell.
    """
    cohort_month, months = name.cell
    found: list[dict[str, Any]] = []
    if has_table(published, COHORTS):
        found = published.rows(
            f"select * from {COHORTS} where merchant_id = ? and week = ? and cohort_month = ? "
            "and month_number = ?",
            [name.merchant_id, name.start, cohort_month, months],
        )
    if not found:
        week = Week(name.start)
        raise ExplainError(
            f"Build {published.build_id} tells nothing of {name.figure_id}: the week is not "
            "decided in it, nobody bought first in that month, or the cohort is too old for the "
            f"digest's table; `seedbed run --week {week.key}` decides the week."
        )
    (row,) = found
    flags = {
        "orders_days_covered": sum(
            covered.days_covered
            for covered in coverage_of(published, name.merchant_id, (ORDERS,), name.days)
        ),
        "days_in_period": len(name.days),
        **{flag: row[flag] for flag in ("is_history_complete", "is_complete", "cohort_size")},
    }
    return PeriodRow(COHORTS, {name.figure: row["active_customers"]}, flags)


def digest_row(published: Published, figure_id: str) -> dict[str, Any] | None:
    """What the digest of the week says of a figure, if it was decided and speaks of it."""
    if not has_table(published, DIGEST):
        return None
    found = published.rows(f"select * from {DIGEST} where figure_id = ?", [figure_id])
    return found[0] if found else None


def has_table(published: Published, name: str) -> bool:
    """Whether the build has a table, by `schema.table`."""
    schema, _, table = name.partition(".")
    return bool(
        published.rows(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = ?",
            [schema, table],
        )
    )


def refuse_old_build(published: Published) -> None:
    """Raise ExplainError for a build that does not name its files."""
    if not has_table(published, "marts.fct_files"):
        raise ExplainError(
            f"Build {published.build_id} does not name its files yet; `seedbed run` builds anew."
        )


def refuse_absent_period(
    published: Published, name: FigureName, registered: Sequence[str]
) -> ExplainError:
    """Why a figure has no row, and what mends it."""
    months = name.period == "month"
    table, key = _KEYS["month" if months else "week"]
    spans = {
        row["merchant_id"]: (row["first"], row["last"])
        for row in published.rows(
            f"select merchant_id, min({key}) as first, max({key}) as last from {table} group by all"
        )
    }
    if name.merchant_id not in {*spans, *registered}:
        known = sorted({*spans, *registered})
        near = difflib.get_close_matches(name.merchant_id, known, _NEAR, 0.5) or known[:_NEAR]
        listed = ", ".join(sorted(near)) or "none yet"
        return ExplainError(
            f"There is no merchant '{name.merchant_id}'; the build has figures of: {listed}."
        )
    if name.merchant_id not in spans:
        return ExplainError(
            f"{name.merchant_id} has no figures yet, because no export covers a day of it; put "
            f"one into inbox/{name.merchant_id}/, then `seedbed run`."
        )

    def label(day: date) -> str:
        return f"{day:%Y-%m}" if months else Week(day).iso

    first, last = spans[name.merchant_id]
    if name.period == "month_to_date" and first <= name.start <= last:
        week = Week(name.start).iso
        return ExplainError(
            f"The month to date of {week} is not decided in this build; `seedbed run --week {week}`"
            f" decides it, and {name.merchant_id}/{week}/week/{name.figure} is there already."
        )
    return ExplainError(
        f"{name.merchant_id} has no figures of {label(name.start)}: its exports cover "
        f"{label(first)} to {label(last)}; ingest an export of those days, then `seedbed run`."
    )


def unknown_figure(name: FigureName, row: PeriodRow) -> ExplainError:
    """That there is no such figure, and which names are near."""
    known = list(row.figures)
    near = difflib.get_close_matches(name.figure, known, _NEAR, 0.5)
    near += [n for n in known if n not in near and name.figure and n.startswith(name.figure)]
    told = f"near are {', '.join(near[:_NEAR])}" if near else f"there are {', '.join(known)}"
    return ExplainError(
        f"{row.table.partition('.')[2]} has no figure '{name.figure}' of that period; {told}."
    )


def day_values(
    published: Published, merchant_id: str, days: Sequence[date], columns: Sequence[str]
) -> dict[date, dict[str, Any]]:
    """These columns of the merchant's days, as far as the days have rows."""
    chosen = ", ".join(("day", *dict.fromkeys(columns)))
    rows = published.rows(
        f"select {chosen} from marts.fct_merchant_days "
        "where merchant_id = ? and list_contains(?::date[], day)",
        [merchant_id, list(days)],
    )
    return {row["day"]: row for row in rows}


def coverage_of(
    published: Published, merchant_id: str, sources: Sequence[str], days: Sequence[date]
) -> tuple[Coverage, ...]:
    """Which of the days each source speaks for; any report of advertising speaks for it."""
    (expected,) = published.rows(
        "select bool_or(aftersales_covered is not null) as aftersales, "
        "bool_or(ads_covered is not null) as ads from marts.fct_merchant_days "
        "where merchant_id = ?",
        [merchant_id],
    )
    is_expected = {ORDERS: True, AFTERSALES: expected["aftersales"], ADS: expected["ads"]}
    told = []
    for source in sources:
        rows = published.rows(
            "select day, bool_and(is_bridged) as is_bridged from marts.fct_coverage "
            "where merchant_id = ? and (source = ? or starts_with(source, ? || '__')) "
            "and list_contains(?::date[], day) group by day order by day",
            [merchant_id, source, source, list(days)],
        )
        covered = {row["day"] for row in rows}
        told.append(
            Coverage(
                source,
                days[0],
                days[-1],
                len(covered),
                len(days),
                tuple(day for day in days if day not in covered),
                tuple(row["day"] for row in rows if row["is_bridged"]),
                bool(is_expected[source]),
            )
        )
    return tuple(told)
