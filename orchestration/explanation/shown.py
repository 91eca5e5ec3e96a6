"""How an explanation looks: sums with their proofs, and the rows under them."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from orchestration import printing
from orchestration.explanation.tables import (
    PLURALS,
    UNKNOWN,
    days_table,
    facts_table,
    files_table,
    kind_of,
    lines_table,
    some_days,
    span,
)
from orchestration.printing import plain
from orchestration.warehouse.explain.answer import (
    Check,
    Coverage,
    Explanation,
    Level,
    Number,
    Part,
)

_STEP = 2


def as_text(found: Explanation) -> str:
    """The same without colours, for a page that shows text as it is."""
    page = StringIO()
    tell(printing.console(file=page), found)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def tell(console: Console, found: Explanation) -> None:
    """The figure, what is published of it, and everything under it."""
    shown = _Shown(console, found.currency)
    part = found.part
    console.print(
        f"[bold]{plain(found.figure_id)}[/] = [bold]{shown.amount(part.value, part.unit)}[/]"
        f"  [dim]build {plain(found.build_id)}[/]"
    )
    for line in (_of_row(found), _of_digest(shown, found)):
        if line:
            console.print(f"  {line}")
    for reason in part.unknown_because:
        console.print(f"  [yellow]Unknown[/] {plain(reason)}.")
    shown.part(part, 0)
    wrong = [check for check in part.all_checks() if not check.is_equal]
    if wrong:
        console.print(
            f"[red]{len(wrong)} sums are not what is published;[/] `seedbed run` builds anew; "
            "report it if they still differ."
        )


def _of_row(found: Explanation) -> str:
    row = found.row
    table = found.published_in.partition(".")[2]
    days = row.get("orders_days_covered", row.get("days_covered"))
    whole = "complete" if row.get("is_complete") else "not complete"
    past = "" if row.get("is_history_complete") else ", its past is not fully known"
    return plain(
        f"{table}: {days} of {row.get('days_in_period')} days of orders covered, {whole}{past}"
    )


def _of_digest(shown: _Shown, found: Explanation) -> str:
    digest = found.digest
    if found.period == "cohort":
        return f"the digest: a cell of a cohort of {found.row['cohort_size']:,} customers"
    if digest is None:
        return "no digest speaks of it"
    if not digest["is_known"]:
        return "the digest tells it as unknown"
    unit = found.part.unit
    told = f"the digest: {shown.amount(digest['value'], unit)}"
    base = digest["base_value"]
    if base is None:
        return f"{told}, no base to compare with"
    change = "" if digest["change"] is None else f", {shown.amount(digest['change'], 'share')}"
    return f"{told}{change} against {shown.amount(base, unit)} from {digest['base_period_start']}"


class _Shown:
    """Prints the parts of one explanation."""

    def __init__(self, console: Console, currency: str | None) -> None:
        self._console = console
        self._currency = currency

    def amount(self, value: Number | None, unit: str) -> str:
        """A number with its unit, to be read."""
        if value is None:
            return UNKNOWN
        if unit == "share":
            return f"{value:+,.2%}"
        if unit == "money":
            return f"{value:,.2f} {plain(self._currency or '')}".rstrip()
        if unit == "ratio":
            return f"{value:,.4f}"
        return f"{int(value):,} {unit}"

    def part(self, part: Part, depth: int) -> None:
        """A part, then the two that it is made of, or its days, facts, lines and files."""
        if depth:
            role = f"[dim]{part.role}[/] " if part.role else ""
            self._print(f"{role}[bold]{part.figure}[/] {span(part.first, part.last)}", depth - 1)
        for check in part.checks[:1]:
            self._check(check, part.unit, depth)
        for reason in part.unknown_because if depth else ():
            self._print(f"[yellow]Unknown[/] {plain(reason)}.", depth)
        for below in part.parts:
            self.part(below, depth + 1)
        if part.how in ("sum", "count"):
            self._under(part, depth)
        # The digest's word comes last, after what it rounds.
        for check in part.checks[1:] if part.parts else ():
            self._check(check, part.unit, depth)

    def _under(self, part: Part, depth: int) -> None:
        for coverage in part.coverage:
            self._coverage(coverage, depth)
        if part.days.rows and part.value is not None:
            self._table(days_table(part), depth)
            self._hidden(part.days, "days", depth)
        for check in part.checks[1:]:
            self._check(check, part.unit, depth)
        files = {file.file_sha256: place for place, file in enumerate(part.files.rows, start=1)}
        if part.facts.rows:
            self._table(facts_table(part), depth)
        self._hidden(part.facts, PLURALS[kind_of(part)], depth)
        if any(fact.lines for fact in part.facts.rows):
            self._table(lines_table(part, files), depth)
        lines = Level(tuple(line for f in part.facts.rows for line in f.lines), part.line_count)
        self._hidden(lines, "lines", depth)
        if part.files.rows:
            self._table(files_table(part.files.rows), depth)
        self._hidden(part.files, "files", depth)

    def _print(self, text: str, depth: int) -> None:
        self._console.print(Padding(text, (0, 0, 0, _STEP * (depth + 1)), expand=False))

    def _table(self, table: Table, depth: int) -> None:
        self._console.print(Padding(table, (0, 0, 0, _STEP * (depth + 2)), expand=False))

    def _check(self, check: Check, unit: str, depth: int) -> None:
        found, expected = check.found, check.expected
        if found is None and check.is_equal:
            return  # why it is unknown is told beside
        if check.kind == "each":
            told = f"{found:,} of {expected:,} {plain(check.what)}"
        else:
            told = f"{plain(check.what)} = {self.amount(found, unit)}"
        if check.is_equal:
            self._print(f"[green]✓[/] {told}", depth)
            return
        more = "" if check.kind == "each" else f", and {self.amount(expected, unit)} is above it"
        self._print(f"[red]✗ {told}{more}[/]", depth)

    def _coverage(self, coverage: Coverage, depth: int) -> None:
        told = f"{coverage.days_covered} of {coverage.days_in_period} days"
        if coverage.missing and coverage.days_covered:
            told += f", without {some_days(coverage.missing)}"
        if coverage.bridged:
            told += f"; bridged: {some_days(coverage.bridged)}"
        self._print(f"[dim]{plain(coverage.source)} speaks for {told}[/]", depth)

    def _hidden(self, level: Level[Any], name: str, depth: int) -> None:
        if level.hidden:
            most = f"{level.hidden:,} of {level.total:,} {name} are not shown"
            self._print(f"  [dim]{most}; --limit N shows more, --json all[/]", depth)
