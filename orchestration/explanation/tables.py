"""The tables of an explanation: days, facts, lines and files, as text shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rich.table import Table

from orchestration.periods import BUSINESS_ZONE
from orchestration.printing import plain
from orchestration.warehouse.explain.answer import Fact, File, Line, Number, Part

UNKNOWN = "unknown"
_NOTHING = "–"
# So many runs of lines are named in a cell; most orders stand in one.
_RUNS = 4
_COUNTS = ("impressions", "clicks", "interactions")
_KEYS = {
    "order": "order",
    "refund": "refund",
    "derived refund": "refund",
    "account day": "account and day",
    "customer": "customer",
}
PLURALS = {
    "order": "orders",
    "refund": "refunds",
    "derived refund": "refunds",
    "account day": "account days",
    "customer": "customers",
}


def kind_of(part: Part) -> str:
    """What the facts of a part are; of none, what they would be."""
    return part.facts.rows[0].kind if part.facts.rows else "order"


def span(first: date, last: date) -> str:
    """Days in words."""
    return f"{first}" if first == last else f"{first} to {last}"


def some_days(days: Sequence[date]) -> str:
    """The first few days, and how many more."""
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


def days_table(part: Part) -> Table:
    """Each day and what it adds."""
    table = _new_table("day", part.figure, right=(part.figure,))
    for day in part.days.rows:
        table.add_row(
            f"{day.day} {day.day:%a}", UNKNOWN if day.value is None else _number(day.value)
        )
    return table


def facts_table(part: Part) -> Table:
    """Orders, refunds, account days or customers, the largest first."""
    value = part.figure if part.how == "sum" else "orders"
    table = _new_table(_KEYS[kind_of(part)], "day", value, "lines", "about", right=(value, "lines"))
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
        return (
            f"first {about['first_paid_date']} with {about['first_order_id']}; "
            f"active {some_days(about['active_days'])}; {_number(about['gmv'])}"
        )
    if fact.kind == "account day":
        cut = " by ".join(filter(None, (about["level"], about["breakdown"])))
        return f"{cut}, per {about['time_unit']}"
    if fact.kind == "order":
        who = about["customer"] or "no buyer number"
        return f"{about['order_status'] or _NOTHING}; {who}"
    if fact.kind == "derived refund":
        return f"order {about['order_id']} was cancelled after payment, and no after-sale tells it"
    dates = f"paid {about['paid_date'] or _NOTHING}, refunded {about['refund_date'] or _NOTHING}"
    return f"of order {about['order_id']}; {dates}"


def lines_table(part: Part, files: dict[str, int]) -> Table:
    """Lines of the facts, each with the place of its file in the table of files."""
    table = _new_table("of", "file", "line", "cell", "value", right=("line", "value"))
    last = ""
    for fact in part.facts.rows:
        for line in fact.lines:
            place = files.get(line.file_sha256)
            table.add_row(
                "" if fact.key == last else plain(fact.key),
                f"\\[{place}]" if place else line.file_sha256[:8],
                f"{line.line:,}",
                f"{line.column}, mended by hand" if line.is_mended else line.column,
                _cell(line),
            )
            last = fact.key
    return table


def _cell(line: Line) -> str:
    if line.value is None or line.column not in _COUNTS:
        return _number(line.value)
    return _number(int(line.value))


def files_table(files: Sequence[File]) -> Table:
    """Files by export time, in the platform's clock, and the runs of their lines."""
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
