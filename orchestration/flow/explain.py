"""A figure explained, with what a person has corrected in the lines under it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import pyarrow.parquet as pq

from orchestration.flow.repairs import repairs_by_file
from orchestration.flow.workspace import HomeError
from orchestration.home import Home
from orchestration.settings import load_settings, now
from orchestration.state.store import open_store
from orchestration.warehouse.explain.answer import Explanation, Fact, Level, Part
from orchestration.warehouse.explain.explain import explain
from orchestration.warehouse.explain.names import parse_figure

# Lines of each file, by its hash.
Mended = Mapping[str, frozenset[int]]


def explained(home: Home, text: str, limit: int | None = None) -> Explanation:
    """Explain the figure that a text names, as the build tells it that is published now.

    It takes no lock: a build never changes, and a run may go on meanwhile.

    Args:
        home: the home.
        text: a figure_id, or merchant/week/figure.
        limit: so many rows of each level; None for all.

    Raises:
        HomeError, SettingsError: there is no home, or it cannot be used.
        FigureNameError, PeriodError: the text names no figure.
        ExplainError, WarehouseError: there is no such figure, or its rows cannot be reached.
    """
    if not home.settings_file.exists():
        raise HomeError(
            f"{home.root} is no Seedbed home; make one with `seedbed init --home {home.root}`."
        )
    settings = load_settings(home)
    name = parse_figure(text, now())
    found = explain(home, settings.duckdb, name, limit=limit, currencies=_currencies(home))
    store = open_store(home, settings)
    try:
        hashes = {line.file_sha256 for fact in _facts(found.part) for line in fact.lines}
        with store.session() as session:
            repairs = repairs_by_file(session, hashes)
    finally:
        store.close()
    mended = {
        sha256: frozenset(of_hash[name.merchant_id])
        for sha256, of_hash in repairs.items()
        if name.merchant_id in of_hash
    }
    return replace(found, part=_marked(found.part, mended)) if mended else found


def as_dict(found: Explanation) -> dict[str, Any]:
    """As JSON types, with whether every sum is proven."""
    return {**asdict(found), "is_proven": found.is_proven}


def _currencies(home: Home) -> dict[str, str | None]:
    """Every registered merchant's currency, as of the last ingest."""
    path = home.handover / "register.parquet"
    if not path.exists():
        return {}
    rows = pq.read_table(path, columns=["merchant_id", "currency"]).to_pylist()
    return {row["merchant_id"]: row["currency"] for row in rows}


def _facts(part: Part) -> Iterator[Fact]:
    yield from part.facts.rows
    for below in part.parts:
        yield from _facts(below)


def _marked(part: Part, mended: Mended) -> Part:
    """The same, each line marked that a person has mended."""
    facts = (
        replace(
            fact,
            lines=tuple(
                replace(line, is_mended=line.line in mended.get(line.file_sha256, ()))
                for line in fact.lines
            ),
        )
        for fact in part.facts.rows
    )
    return replace(
        part,
        facts=Level(tuple(facts), part.facts.total),
        parts=tuple(_marked(below, mended) for below in part.parts),
    )
