"""Explain a figure of the published build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.explain.answer import Check, Explanation, Part
from orchestration.warehouse.explain.build import (
    DIGEST,
    cell_row,
    digest_row,
    period_row,
    refuse_absent_period,
    refuse_old_build,
    unknown_figure,
)
from orchestration.warehouse.explain.errors import ExplainError
from orchestration.warehouse.explain.figures import COHORT, Growth, figure_of
from orchestration.warehouse.explain.growth import growth_part
from orchestration.warehouse.explain.names import FigureName
from orchestration.warehouse.explain.walk import Side, Walk, alike
from orchestration.warehouse.read import open_published


def explain(
    home: Home,
    limits: DuckDBSettings,
    name: FigureName,
    *,
    limit: int | None = None,
    currencies: Mapping[str, str | None] | None = None,
) -> Explanation:
    """Follow a figure of the build that is current now down to lines of export files.

    Nothing but that build and the raw files that it names is opened.

    Args:
        home: the home.
        limits: bounds for DuckDB.
        name: the figure.
        limit: so many rows of each level; None for all.
        currencies: those of the registered merchants, who may have no figures yet.

    Raises:
        ExplainError: there is no such figure, or its raw rows cannot be reached.
        WarehouseError: nothing is published.
    """
    with open_published(home, limits) as published:
        refuse_old_build(published)
        return _explained(Walk(home, published, limit), name, currencies or {})


def _explained(walk: Walk, name: FigureName, currencies: Mapping[str, str | None]) -> Explanation:
    published = walk.published
    if name.period == "cohort":
        return _cell(walk, name, currencies)
    row = period_row(published, name.merchant_id, name.period, name.start)
    digest = digest_row(published, name.figure_id)
    if row is None:
        raise refuse_absent_period(published, name, list(currencies))
    figure = figure_of(name.figure)
    if name.figure not in row.figures:
        raise unknown_figure(name, row)
    if figure is None:
        raise ExplainError(
            f"What {name.figure} is made of is not known to `seedbed explain` yet; "
            "orchestration/warehouse/explain/figures.py is where it is told."
        )
    side = Side(name.merchant_id, name.start, name.days, row.figures)
    if name.period == "month_to_date":
        # The days of a month so far begin before the week that it is named by.
        side = replace(side, start=name.days[0])
    if isinstance(figure, Growth):
        part = growth_part(walk, name, figure, side)
    else:
        part = walk.part(name.figure, figure, side)
    if row.table != DIGEST and digest is not None:
        part = replace(part, checks=(*part.checks, *_of_digest(part, digest)))
    return Explanation(
        figure_id=name.figure_id,
        build_id=published.build_id,
        merchant_id=name.merchant_id,
        currency=currencies.get(name.merchant_id),
        period=name.period,
        published_in=row.table,
        row=dict(row.flags),
        digest=digest,
        part=part,
    )


def _cell(walk: Walk, name: FigureName, currencies: Mapping[str, str | None]) -> Explanation:
    """Customers of a cohort who came in one of the months after their first."""
    row = cell_row(walk.published, name)
    cohort_month, _ = name.cell
    side = Side(name.merchant_id, cohort_month, name.days, row.figures)
    return Explanation(
        figure_id=name.figure_id,
        build_id=walk.published.build_id,
        merchant_id=name.merchant_id,
        currency=currencies.get(name.merchant_id),
        period=name.period,
        published_in=row.table,
        row=dict(row.flags),
        digest=None,
        part=walk.part(name.figure, COHORT, side),
    )


def _of_digest(part: Part, digest: dict[str, Any]) -> tuple[Check, ...]:
    """The digest rounds to cents; what it does not know yet is no contradiction."""
    if not digest["is_known"]:
        return ()
    return (alike("as the digest tells it", part.value, digest["value"]),)
