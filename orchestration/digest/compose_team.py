"""Compose the data team's digest: what came in, what was set aside, who is waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestration.digest.actions import accounting_holds, team_action
from orchestration.digest.codes import VerdictCode
from orchestration.digest.content import ORDERS, DigestContent, Fact, Insight, MerchantState
from orchestration.digest.movers import movers_of
from orchestration.digest.rows import Row, fact_from_row, no_orders, source_from_row
from orchestration.digest.section_rows import programmes_from_rows
from orchestration.digest.team_values import AsComposed, Growth
from orchestration.periods import Week
from orchestration.register import Merchant, Register


def compose_team(
    register: Register,
    week: Week,
    facts: Sequence[Row],
    sources: Sequence[Row],
    programmes: Sequence[Row] = (),
    findings: Mapping[str, Sequence[Insight]] | None = None,
    *,
    growth: Growth | None = None,
    as_composed: AsComposed | None = None,
) -> DigestContent:
    """Say how the week went for all merchants together.

    Args:
        register: all merchants, and the team's locale.
        week: the reporting week.
        facts: rows of rpt_team_facts of this week.
        sources: rows of rpt_digest_sources of this week, of all merchants.
        programmes: rows of rpt_digest_programmes of this week.
        findings: what the playbook found, by merchant id; None where nothing was judged.
        growth: all merchants in the newest whole month.
        as_composed: what stands so at this moment; None where nobody looked.
    """
    team_facts = tuple(_fact(row, week) for row in facts)
    by_figure = {fact.figure: fact for fact in team_facts}
    locale = register.team.locale
    merchants = tuple(_merchant(m, week, sources, locale) for m in register.merchants)
    return DigestContent(
        kind="data_team",
        merchant_id="",
        name="",
        locale=locale,
        week=week.monday,
        as_of=week.as_of,
        verdict=_verdict(by_figure, merchants),
        action=team_action(by_figure, merchants),
        facts=team_facts,
        merchants=merchants,
        movers=None if findings is None else movers_of(register, findings),
        programmes=programmes_from_rows(programmes, locale),
        growth=growth,
        as_composed=as_composed,
    )


def _fact(row: Row, week: Week) -> Fact:
    """A team figure: a week's figure without comparison."""
    week_row: dict[str, object] = {
        "period": "week",
        "period_start": week.monday,
        "period_end": week.as_of,
        "comparison": None,
        "base_value": None,
        "base_period_start": None,
        "change": None,
        "like_for_like_change": None,
        "is_complete": True,
        "days_covered": None,
        "days_in_period": None,
        "is_history_complete": True,
        "has_base": False,
        **row,
    }
    return fact_from_row(week_row)


def _merchant(merchant: Merchant, week: Week, rows: Sequence[Row], locale: str) -> MerchantState:
    delivered = {
        row["source"]: source_from_row(row)
        for row in rows
        if row["merchant_id"] == merchant.merchant_id
    }
    delivered.setdefault(ORDERS, no_orders(week))
    return MerchantState(
        merchant_id=merchant.merchant_id,
        name=merchant.name.in_locale(locale),
        sources=tuple(delivered[name] for name in sorted(delivered)),
    )


def _verdict(facts: Mapping[str, Fact], merchants: Sequence[MerchantState]) -> VerdictCode:
    if not merchants:
        return "team_empty"
    if not accounting_holds(dict(facts)):
        return "team_unbalanced"
    waiting = any(s.missing_days for m in merchants for s in m.sources if s.is_required)
    return "team_incomplete" if waiting else "team_complete"
