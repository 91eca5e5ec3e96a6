"""Compose one merchant's digest: its reporting rows, its register entry, its insights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from orchestration.digest.actions import merchant_action, next_export
from orchestration.digest.codes import VerdictCode
from orchestration.digest.content import (
    HEADLINE,
    ORDERS,
    DigestContent,
    DigestError,
    Fact,
    Insight,
    SourceState,
)
from orchestration.digest.promotion_week import (
    base_monday,
    promotion_week,
    touches_promotion,
)
from orchestration.digest.rows import (
    Row,
    check_owner,
    cohorts_from_rows,
    fact_from_row,
    no_orders,
    source_from_row,
    trailing_from_rows,
)
from orchestration.digest.section_rows import (
    ad_roles_from_rows,
    incentives_from_rows,
    live_sessions_from_rows,
    peers_from_rows,
    reconciliation_from_rows,
    restatements_from_rows,
)
from orchestration.periods import Week
from orchestration.register import Merchant

_WEEK_UNITS = {
    "gmv": "",
    "order_count": "orders",
    "aov": "",
    "active_customers": "customers",
    "new_customers": "customers",
    "returning_customers": "customers",
    "anonymous_order_count": "orders",
    "anonymous_gmv": "",
    "refund_amount": "",
    "net_gmv": "",
}
# Six cohorts by five later months are what a telephone of 320 px shows without scrolling.
_COHORTS, _COHORT_MONTHS = 6, 5
# The playbook looks at a quarter to know the usual swing; two months are what a reader takes in.
_WEEKS_SHOWN = 8
_VERDICTS: dict[str, VerdictCode] = {
    "weekly_change.week_missing": "week_missing",
    "weekly_change.week_partial": "week_partial",
    "weekly_change.promotion": "promotion_week",
    "weekly_change.no_base": "first_week",
    "weekly_change.base_missing": "base_incomplete",
    "weekly_change.base_partial": "base_incomplete",
    "weekly_change.too_early": "too_early",
    "weekly_change.too_few": "too_few",
    "weekly_change.within_swing": "steady",
    "weekly_change.unusual_rise": "unusual_rise",
    "weekly_change.unusual_fall": "unusual_fall",
}


@dataclass(frozen=True)
class MerchantRows:
    """The rows of one merchant and week, from the reporting tables of one published build."""

    facts: Sequence[Row] = ()
    cohorts: Sequence[Row] = ()
    sources: Sequence[Row] = ()
    weeks: Sequence[Row] = ()
    restatements: Sequence[Row] = ()
    reconciliation: Sequence[Row] = ()
    peers: Sequence[Row] = ()
    ads: Sequence[Row] = ()
    live: Sequence[Row] = ()
    incentives: Sequence[Row] = ()

    def check_owner(self, merchant_id: str, week: Week) -> None:
        """Refuse rows of another merchant or week.

        Raises:
            DigestError: a row is not of this merchant and week.
        """
        for field in fields(self):
            check_owner(getattr(self, field.name), merchant_id, week)


def compose_merchant(
    merchant: Merchant, week: Week, rows: MerchantRows, insights: Sequence[Insight] = ()
) -> DigestContent:
    """Say what this merchant's week was, and what is not known of it.

    A figure without a row is told as unknown, never left out and never 0.

    Raises:
        DigestError: a row belongs to another merchant or week.
    """
    rows.check_owner(merchant.merchant_id, week)
    facts = _facts(merchant, week, rows)
    sources = _sources(week, rows.sources)
    verdict = _verdict(facts, insights)
    open_to_it = incentives_from_rows(rows.incentives, merchant.locale)
    weeks = sorted(rows.weeks, key=lambda row: row["trailing_week"])
    return DigestContent(
        kind="merchant",
        merchant_id=merchant.merchant_id,
        name=merchant.name.in_locale(merchant.locale),
        locale=merchant.locale,
        week=week.monday,
        as_of=week.as_of,
        joined_on=merchant.joined_on,
        verdict=verdict,
        action=merchant_action(merchant, verdict, sources, open_to_it, base_monday(week, weeks)),
        next_export=next_export(merchant, week, sources),
        promotion=promotion_week(week, weeks),
        facts=facts,
        insights=tuple(insights),
        restatements=restatements_from_rows(rows.restatements),
        reconciliation=reconciliation_from_rows(rows.reconciliation),
        # a promotion's week has no change of its own that could stand beside theirs
        peers=None if touches_promotion(week, rows.weeks) else peers_from_rows(rows.peers),
        ad_roles=ad_roles_from_rows(rows.ads),
        live_sessions=live_sessions_from_rows(rows.live),
        incentives=open_to_it,
        trailing_weeks=trailing_from_rows(weeks[-_WEEKS_SHOWN:]),
        cohorts=cohorts_from_rows(rows.cohorts, cohorts=_COHORTS, months=_COHORT_MONTHS),
        sources=sources,
    )


def _facts(merchant: Merchant, week: Week, rows: MerchantRows) -> tuple[Fact, ...]:
    known = {(row["period"], row["figure"]): fact_from_row(row) for row in rows.facts}
    if touches_promotion(week, rows.weeks):
        known = {name: _uncompared(fact) for name, fact in known.items()}
    wanted = [("week", figure) for figure in _WEEK_UNITS]
    wanted += [("month_to_date", figure) for figure in HEADLINE]
    return tuple(
        known.get((period, figure)) or _unknown(merchant, week, period, figure)
        for period, figure in wanted
    )


def _uncompared(fact: Fact) -> Fact:
    """A figure where the week or the one before is of a promotion."""
    if fact.comparison is None or not fact.is_known:
        return fact
    kept = [one for one in fact.caveats if one not in ("like_for_like", "no_base")]
    return fact.model_copy(update={"base": None, "change": None, "caveats": (*kept, "promotion")})


def _unknown(merchant: Merchant, week: Week, period: str, figure: str) -> Fact:
    return Fact(
        figure_id=f"{merchant.merchant_id}/{week.iso}/{period}/{figure}",
        figure=figure,
        period="week" if period == "week" else "month_to_date",
        period_start=week.monday if period == "week" else week.as_of.replace(day=1),
        period_end=week.as_of,
        value=None,
        unit=_WEEK_UNITS[figure] or merchant.currency,
        is_known=False,
        days_covered=0,
        days_in_period=7 if period == "week" else week.as_of.day,
        caveats=("unknown",),
    )


def _sources(week: Week, rows: Sequence[Row]) -> tuple[SourceState, ...]:
    delivered = {row["source"]: source_from_row(row) for row in rows}
    delivered.setdefault(ORDERS, no_orders(week))
    states = delivered.values()
    return tuple(sorted(states, key=lambda state: (state.source != ORDERS, state.source)))


def _verdict(facts: Sequence[Fact], insights: Sequence[Insight]) -> VerdictCode:
    """The week's one-word judgement: what the data allow, then what the playbook found."""
    orders = next(f for f in facts if (f.period, f.figure) == ("week", "order_count"))
    if not orders.is_known:
        return "week_missing"
    if "partial" in orders.caveats:
        return "week_partial"
    for insight in insights:
        if insight.block == "weekly_change":
            if insight.message not in _VERDICTS:
                raise DigestError(f"The digest has no verdict for {insight.message}.")
            return _VERDICTS[insight.message]
    return "numbers_only"
