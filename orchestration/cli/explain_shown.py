"""How an explanation looks in a terminal: sums with their proofs, and the rows under them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from orchestration.periods import BUSINESS_ZONE
from orchestration.printing import plain
from orchestration.warehouse.explain.answer import (
    Check,
    Coverage,
    Explanation,
    Fact,
    File,
    Level,
    Number,
    Part,
)

_UNKNOWN = "unknown"
_NOTHING = "–"
# So many runs of lines are named in a cell; most orders stand in one.
_RUNS = 4
_STEP = 2
_COUNTS = ("impressions", "clicks", "interactions")
_KEYS = {
    "order": "order",
    "refund": "refund",
    "derived refund": "refund",
    "account day": "account and day",
    "customer": "customer",
}
_PLURALS = {
    "order": "orders",
    "refund": "refunds",
    "derived refund": "refunds",
    "account day": "account days",
    "customer": "customers",
}


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
            return _UNKNOWN
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
            self._print(f"{role}[bold]{part.figure}[/] {_days(part.first, part.last)}", depth - 1)
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
            self._table(_days_table(part), depth)
            self._hidden(part.days, "days", depth)
        for check in part.checks[1:]:
            self._check(check, part.unit, depth)
        files = {file.file_sha256: place for place, file in enumerate(part.files.rows, start=1)}
        if part.facts.rows:
            self._table(_facts_table(part), depth)
        self._hidden(part.facts, _PLURALS[_kind(part)], depth)
        if any(fact.lines for fact in part.facts.rows):
            self._table(_lines_table(part, files), depth)
        lines = Level(tuple(line for f in part.facts.rows for line in f.lines), part.line_count)
        self._hidden(lines, "lines", depth)
        if part.files.rows:
            self._table(_files_table(part.files.rows), depth)
        self._hidden(part.files, "files", depth)

    def _print(self, text: str, depth: int) -> None:
        self._console.print(Padding(text, (0, 0, 0, _STEP * (depth + 1)), expand=False))

    def _table(self, table: Table, depth: int) -> None:
        self._console.print(Padding(table, (0, 0, 0, _STEP * (depth + 2)), expand=False))

    def _check(self, check: Check, unit: str, depth: int) -> None:
        found, expected = check.found, check.expected
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
            told += f", without {_some_days(coverage.missing)}"
        if coverage.bridged:
            told += f"; bridged: {_some_days(coverage.bridged)}"
        self._print(f"[dim]{plain(coverage.source)} speaks for {told}[/]", depth)

    def _hidden(self, level: Level[Any], name: str, depth: int) -> None:
        if level.hidden:
            more = f"{level.hidden:,} more {name} are not shown; --limit N shows more, --json all"
            self._print(f"  [dim]{more}[/]", depth)


def _kind(part: Part) -> str:
    return part.facts.rows[0].kind if part.facts.rows else "order"


def _days(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _some_days(days: Sequence[date]) -> str:
    more = f" and {len(days) - _RUNS} more" if len(days) > _RUNS else ""
    return ", ".join(map(str, days[:_RUNS])) + more


def _new_table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def _number(value: Number | None) -> str:
    if value is None:
        return _NOTHING
    return f"{value:,.2f}" if isinstance(value, Decimal | float) else f"{value:,}"


def _days_table(part: Part) -> Table:
    table = _new_table("day", part.figure, right=(part.figure,))
    for day in part.days.rows:
        table.add_row(
            f"{day.day} {day.day:%a}", _UNKNOWN if day.value is None else _number(day.value)
        )
    return table


def _facts_table(part: Part) -> Table:
    value = part.figure if part.how == "sum" else "orders"
    table = _new_table(_KEYS[_kind(part)], "day", value, "lines", "about", right=(value, "lines"))
    is_money = part.unit == "money"
    for fact in part.facts.rows:
        value = fact.about["order_count"] if fact.kind == "customer" else fact.value
        table.add_row(
            plain(fact.key),
            f"{fact.day}",
            _number(value if is_money else int(value)),
            f"{fact.line_count:,}",
            plain(_about(fact)),
        )
    return table


def _about(fact: Fact) -> str:
    """What else tells a reader which one it is."""
    about = fact.about
    if fact.kind == "customer":
        days = ", ".join(f"{day:%m-%d}" for day in about["active_days"][:_RUNS])
        more = (
            f" and {len(about['active_days']) - _RUNS} days"
            if len(about["active_days"]) > _RUNS
            else ""
        )
        return (
            f"first {about['first_paid_date']} with {about['first_order_id']}; "
            f"active {days}{more}; {_number(about['gmv'])}"
        )
    if fact.kind == "account day":
        cut = " by ".join(filter(None, (about["level"], about["breakdown"])))
        return f"{cut}, per {about['time_unit']}"
    if fact.kind == "order":
        who = about["customer"] or "no buyer number"
        return f"{about['order_status'] or _NOTHING}; {who}"
    why = "its cancelled order, without an after-sale" if fact.kind != "refund" else ""
    when = f"paid {about['paid_date'] or _NOTHING}, refunded {about['refund_date'] or _NOTHING}"
    return f"of order {about['order_id']}; {why or when}"


def _lines_table(part: Part, files: dict[str, int]) -> Table:
    table = _new_table("of", "file", "line", "cell", "value", "", right=("line", "value"))
    last = ""
    for fact in part.facts.rows:
        for line in fact.lines:
            place = files.get(line.file_sha256)
            table.add_row(
                "" if fact.key == last else plain(fact.key),
                f"\\[{place}]" if place else line.file_sha256[:8],
                f"{line.line:,}",
                line.column,
                _number(
                    line.value
                    if line.column not in _COUNTS or line.value is None
                    else int(line.value)
                ),
                "mended by hand" if line.is_mended else "",
            )
            last = fact.key
    return table


def _files_table(files: Sequence[File]) -> Table:
    table = _new_table("", "file", "sha256", "exported", "lines")
    for place, file in enumerate(files, start=1):
        at = file.effective_at.astimezone(BUSINESS_ZONE)
        assumed = " (received; it knows no time)" if file.is_effective_at_assumed else ""
        runs = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in file.lines[:_RUNS])
        more = f" and {len(file.lines) - _RUNS:,} more runs" if len(file.lines) > _RUNS else ""
        table.add_row(
            f"\\[{place}]",
            plain(file.file_name or _NOTHING),
            file.file_sha256[:8],
            f"{at:%Y-%m-%d %H:%M}{assumed}",
            f"{file.line_count:,}: {runs}{more}",
        )
    return table
