"""The rows of a level as they are shown: facts with their lines, and files, up to a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from orchestration.warehouse.explain.answer import Day, Fact, File, Level, Line
from orchestration.warehouse.explain.facts import SHOWN_DIGITS, FactTables
from orchestration.warehouse.explain.raw import RawFile
from orchestration.warehouse.read import Published


def facts(published: Published, tables: FactTables, total: int, limit: int | None) -> Level[Fact]:
    """The largest facts first; all their lines together are no more than the limit either."""
    rows = published.rows(
        f"""
        select f.*, coalesce(l.raw_lines, 0) as raw_lines
        from {tables.facts} as f
        left join (
          select fact, count(*) as raw_lines from {tables.lines} group by fact
        ) as l using (fact)
        order by f.value desc, f.day, f.fact {_end(limit)}
        """
    )
    lines = _lines(published, tables, [row["fact"] for row in rows], limit)
    told = (
        Fact(
            kind=row["kind"],
            key=_key(row),
            day=row["day"],
            value=row["value"],
            about=row["about"],
            line_count=row["raw_lines"],
            lines=tuple(lines.get(row["fact"], ())),
        )
        for row in rows
    )
    return Level(tuple(told), total)


def _key(row: Mapping[str, Any]) -> str:
    return row["fact"][:SHOWN_DIGITS] if row["kind"] == "customer" else row["fact"]


def _lines(
    published: Published, tables: FactTables, of_facts: Sequence[str], limit: int | None
) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    # Without a limit every fact is shown, and nothing needs to be looked for.
    wanted = "true" if limit is None else "list_contains($facts, fact)"
    order = "fact" if limit is None else "list_position($facts, fact)"
    rows = published.rows(
        f'select fact, file_sha256, line, "column", value from {tables.lines} where {wanted} '
        f"order by {order}, file_sha256, line {_end(limit)}",
        {} if limit is None else {"facts": list(of_facts)},
    )
    for row in rows:
        found[row.pop("fact")].append(Line(**row))
    return found


def files(
    published: Published, tables: FactTables, known: Mapping[str, RawFile], limit: int | None
) -> Level[File]:
    """The files by export time, each with the runs of its lines."""
    runs = published.rows(
        f"""
        with numbered as (
          select
            file_sha256,
            line,
            line - row_number() over (partition by file_sha256 order by line) as run
          from (select distinct file_sha256, line from {tables.lines})
        )
        select file_sha256, min(line) as first, max(line) as last
        from numbered
        group by file_sha256, run
        order by file_sha256, first
        """
    )
    by_file: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for run in runs:
        by_file[run["file_sha256"]].append((run["first"], run["last"]))
    ordered = sorted(by_file, key=lambda sha256: (known[sha256].effective_at, sha256))
    told = (_file(known[sha256], by_file[sha256]) for sha256 in ordered[:limit])
    return Level(tuple(told), len(ordered))


def _file(file: RawFile, runs: Sequence[tuple[int, int]]) -> File:
    return File(
        file_sha256=file.file_sha256,
        file_name=file.file_name,
        source=file.source,
        effective_at=file.effective_at.replace(tzinfo=UTC),
        is_effective_at_assumed=file.is_effective_at_assumed,
        line_count=sum(last - first + 1 for first, last in runs),
        lines=tuple(runs),
    )


def _end(limit: int | None) -> str:
    return "" if limit is None else f"limit {limit:d}"


def cut(days: Sequence[Day], limit: int | None) -> Level[Day]:
    """The first days."""
    return Level(tuple(days[:limit]), len(days))
