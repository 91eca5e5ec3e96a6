"""Compose the digest of those who keep the rulebook: who qualifies, nearly does, and lapses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from orchestration.digest.codes import VerdictCode
from orchestration.digest.content import PROGRAMMES, Action, DigestContent
from orchestration.digest.rows import Row
from orchestration.digest.section_rows import incentive_from_row, programmes_from_rows
from orchestration.digest.values import Incentive, ProgrammeState, Standing, Standings
from orchestration.periods import Week
from orchestration.register import Register

# A screen of each; the rest is a command away.
_LISTED = 10
_OPEN = ("in_progress", "eligible")
_Kind = Literal["lapsing", "open", "achieved", "undecidable"]


def compose_programmes(
    register: Register,
    week: Week,
    programmes: Sequence[Row],
    incentives: Sequence[Row],
) -> DigestContent:
    """Say how all merchants stand with all programmes.

    Args:
        register: all merchants, and the team's locale.
        week: the reporting week.
        programmes: rows of rpt_digest_programmes of this week.
        incentives: rows of rpt_digest_incentives of this week, of all merchants.
    """
    locale = register.team.locale
    states = programmes_from_rows(programmes, locale)
    standings = _standings(register, incentives)
    return DigestContent(
        kind="programme",
        merchant_id=PROGRAMMES,
        name="",
        locale=locale,
        week=week.monday,
        as_of=week.as_of,
        verdict=_verdict(states),
        action=_action(standings),
        facts=(),
        programmes=states,
        standings=standings,
    )


def _standings(register: Register, rows: Sequence[Row]) -> tuple[Standings, ...]:
    """Each kind that has somebody, in the order in which it matters."""
    locale = register.team.locale
    names = {one.merchant_id: one.name.in_locale(locale) for one in register.merchants}
    by_kind: dict[_Kind, list[Standing]] = {kind: [] for kind in get_args(_Kind)}
    for row in rows:
        incentive = incentive_from_row(row, locale)
        if kind := _kind(incentive, is_lapsing=row["is_lapsing"]):
            merchant_id = row["merchant_id"]
            name = names.get(merchant_id) or merchant_id
            standing = Standing(merchant_id=merchant_id, merchant=name, incentive=incentive)
            by_kind[kind].append(standing)
    return tuple(
        Standings(kind=kind, count=len(found), first=tuple(sorted(found, key=_order)[:_LISTED]))
        for kind, found in by_kind.items()
        if found
    )


def _kind(one: Incentive, *, is_lapsing: bool) -> _Kind | None:
    """None for who can do nothing about it: a gate has failed, it is over, or nothing is asked."""
    if one.status in ("achieved", "exhausted"):
        return "achieved"
    if one.status == "undecidable":
        return "undecidable"
    if is_lapsing:
        return "lapsing"
    return "open" if one.status in _OPEN and one.next_step is not None else None


def _order(one: Standing) -> tuple[date, bool, str, str]:
    """What ends first; of one day, what is a merchant's nearest step before the rest."""
    step = one.incentive.next_step
    is_nearest = step is not None and step.is_nearest
    last_day = one.incentive.last_day or date.max
    return last_day, not is_nearest, one.incentive.programme, one.merchant_id


def _verdict(states: Sequence[ProgrammeState]) -> VerdictCode:
    if any(state.lapsing for state in states):
        return "programmes_lapsing"
    if any(state.open for state in states):
        return "programmes_open"
    is_waiting = any(state.undecidable for state in states)
    return "programmes_waiting" if is_waiting else "programmes_quiet"


def _action(standings: Sequence[Standings]) -> Action:
    """First whoever can still make it, then whoever keeps us from knowing."""
    by_kind = {one.kind: one for one in standings}
    if lapsing := by_kind.get("lapsing"):
        first = lapsing.first[0]
        days = () if first.incentive.last_day is None else (first.incentive.last_day,)
        return Action(code="programmes_call", names=(first.merchant,), days=days)
    if unknown := by_kind.get("undecidable"):
        names = tuple(dict.fromkeys(one.merchant for one in unknown.first))
        missing = sorted({name for one in unknown.first for name in one.incentive.missing})
        return Action(
            code="programmes_ask",
            names=names,
            count=len(names),
            source=missing[0] if missing else None,
        )
    return Action(code="programmes_nothing")
