"""The tables and bars of a digest."""

from __future__ import annotations

from decimal import Decimal

from orchestration.digest.actions import folder_of
from orchestration.digest.blocks import Bar, Bars, Cell, Table
from orchestration.digest.content import (
    Cohort,
    CohortCell,
    DigestContent,
    MerchantState,
    SourceState,
)
from orchestration.digest.labels import SHARE_FROM, source_name
from orchestration.digest.values import Mover
from orchestration.digest.wording import Wording, inert

# What a reader looks through; the full list is in the folders that the digest names.
_MERCHANTS_LISTED = 20
NOT_YET = ""


def cohort_table(content: DigestContent, words: Wording) -> Table:
    """Customers who came back, by month of first order, as a heat table."""
    formats = words.formats
    months = max(
        (cell.month_number for cohort in content.cohorts for cell in cohort.cells), default=0
    )
    highest = max(
        (c.retention_rate or Decimal(0) for cohort in content.cohorts for c in cohort.cells),
        default=Decimal(0),
    )
    return Table(
        caption=words.say(
            "Share of each month's new customers who ordered again, so many months later"
        ),
        header=(
            words.say("First order"),
            words.term("figure", "new_customers"),
            *(words.say("+{n} mo.", n=formats.number(n)) for n in range(1, months + 1)),
        ),
        rows=tuple(_cohort_row(cohort, months, highest, words) for cohort in content.cohorts),
        note=_cohort_note(content, words),
    )


def _cohort_row(cohort: Cohort, months: int, highest: Decimal, words: Wording) -> tuple[Cell, ...]:
    cells = {cell.month_number: cell for cell in cohort.cells}
    return (
        Cell(words.formats.month(cohort.cohort_month)),
        Cell(words.formats.number(cohort.cohort_size)),
        *(
            _cohort_cell(cohort, cells[n], highest, words) if n in cells else Cell(NOT_YET)
            for n in range(1, months + 1)
        ),
    )


def _cohort_cell(cohort: Cohort, cell: CohortCell, highest: Decimal, words: Wording) -> Cell:
    if cell.retention_rate is None or cell.active_customers is None:
        return Cell("?", is_hollow=True)
    star = "" if cell.is_complete else "*"
    if cohort.cohort_size < SHARE_FROM:
        count = f"{words.formats.number(cell.active_customers)}/{cohort.cohort_size}"
        return Cell(count + star, is_hollow=not cell.is_complete)
    return Cell(
        words.formats.share(cell.retention_rate) + star,
        share=float(cell.retention_rate / highest) if highest else 0.0,
        is_hollow=not cell.is_complete,
    )


def _cohort_note(content: DigestContent, words: Wording) -> str:
    cells = [cell for cohort in content.cohorts for cell in cohort.cells]
    notes: list[str] = []
    if any(not cell.is_complete and cell.retention_rate is not None for cell in cells):
        notes.append(words.say("* the month is not over, or some of its days are missing"))
    if any(cell.retention_rate is None for cell in cells):
        notes.append(words.say("? no file covers the month"))
    if any(cohort.cohort_size < SHARE_FROM for cohort in content.cohorts):
        notes.append(words.say("counts instead of shares where there are few customers"))
    if any(not cohort.is_history_complete for cohort in content.cohorts):
        notes.append(words.say("the month is the one in which we first saw the customer"))
    return " · ".join(notes)


def bars(content: DigestContent, words: Wording) -> Bars:
    """Orders of the last weeks, with their GMV."""
    weeks = content.trailing_weeks
    highest = max((week.order_count or 0 for week in weeks), default=0)
    currency = content.fact("week", "gmv").unit
    shown = tuple(
        Bar(
            label=words.formats.day(week.week) + ("" if week.is_complete else "*"),
            share=(week.order_count or 0) / highest if highest else 0.0,
            numbers=(
                words.say("unknown")
                if week.order_count is None
                else words.formats.number(week.order_count),
                NOT_YET if week.gmv is None else words.formats.money(week.gmv, currency),
            ),
            is_current=week.week == content.week,
            is_hollow=not week.is_complete,
        )
        for week in weeks
    )
    partial = any(not week.is_complete for week in weeks)
    return Bars(
        caption=words.say("By week, from its Monday"),
        header=(
            words.say("Week from"),
            words.term("figure", "order_count"),
            words.term("figure", "gmv"),
        ),
        bars=shown,
        note=words.say("* days of this week are missing") if partial else "",
    )


def source_table(content: DigestContent, words: Wording) -> Table:
    """What each source delivered for the week; what is not counted, only where something is not."""
    columns: list[tuple[str, list[int]]] = [
        (words.say("Rows counted"), [state.rows_loaded for state in content.sources]),
        (words.say("Rows not counted"), [state.rows_quarantined for state in content.sources]),
        (words.say("Rows of refused files"), [state.rows_held for state in content.sources]),
    ]
    shown = [columns[0], *(column for column in columns[1:] if any(column[1]))]
    return Table(
        caption=words.say("Files used for this week"),
        header=(words.say("File"), words.say("Days"), *(name for name, _ in shown)),
        rows=tuple(
            (
                Cell(source_name(state.source, words)),
                Cell(_days_in(state, words)),
                *(Cell(words.formats.number(counts[row])) for _, counts in shown),
            )
            for row, state in enumerate(content.sources)
        ),
    )


def _days_in(state: SourceState, words: Wording) -> str:
    days = (state.days_covered, state.days_in_period)
    return "/".join(words.formats.number(one) for one in days)


def _is_waited_for(state: SourceState) -> bool:
    """A source that is neither required nor there is nobody's trouble."""
    is_missing = bool(state.missing_days) and (state.is_required or state.file_count > 0)
    return is_missing or state.rows_quarantined > 0 or state.rows_held > 0


def merchant_table(merchants: tuple[MerchantState, ...], words: Wording) -> Table | None:
    """Merchants with missing days, rows set aside or held; None when there are none."""
    rows = [
        (
            Cell(inert(merchant.name)),
            Cell(words.formats.days(state.missing_days) or words.say("none")),
            Cell(folder_of(merchant.merchant_id)),
            Cell(words.formats.number(state.rows_quarantined)),
            Cell(words.formats.number(state.rows_held)),
        )
        for merchant in merchants
        for state in merchant.sources
        if _is_waited_for(state)
    ]
    if not rows:
        return None
    left = len(rows) - _MERCHANTS_LISTED
    return Table(
        caption=words.say("Merchants with something missing, set aside or held"),
        header=(
            words.say("Merchant"),
            words.say("Missing days"),
            words.say("Folder"),
            words.say("Set aside"),
            words.say("Held"),
        ),
        rows=tuple(rows[:_MERCHANTS_LISTED]),
        note=words.more(left),
        text_columns=3,
    )


def movers_table(movers: tuple[Mover, ...], words: Wording) -> Table | None:
    """Merchants whose orders lie outside their usual range; None when there are none."""
    if not movers:
        return None
    number = words.formats.number
    left = len(movers) - _MERCHANTS_LISTED
    return Table(
        caption=words.say("Orders of the week outside the merchant's own usual range"),
        header=(
            words.say("Merchant"),
            words.term("figure", "order_count"),
            words.say("Usual"),
        ),
        rows=tuple(
            (
                Cell(inert(one.name)),
                Cell(_orders(one, words)),
                Cell(words.say("{low} to {high}", low=number(one.low), high=number(one.high))),
            )
            for one in movers[:_MERCHANTS_LISTED]
        ),
        note=words.more(left),
        text_columns=1,
    )


def _orders(one: Mover, words: Wording) -> str:
    """The orders, and in words which way they stand out."""
    orders = words.formats.number(one.orders)
    if one.orders > one.high:
        return words.say("{orders}, more", orders=orders)
    return words.say("{orders}, fewer", orders=orders)
