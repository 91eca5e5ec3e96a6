"""What goes wrong with rows: each mishap changes the rows of one export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from orchestration.samples.market import dirt
from orchestration.samples.market.board import Board, Mishap
from orchestration.samples.market.exports import Entry, Plan
from orchestration.samples.market.sources import SOURCES

# Beyond one row in five a file is held whole; a spoilt row in so many is far from it.
_ROWS_FOR_ONE = 8
_BAD_ORDERS = (
    "impossible_quantity",
    "negative_amount",
    "missing_value",
    "uncached_formula",
    "ambiguous_number",
    "foreign_currency",
)
_TOTALS: tuple[tuple[str, dirt.TotalShape], ...] = (
    ("juguang__accounts", "last"),
    ("juguang__campaigns", "first"),
    ("juguang__creatives", "counted"),
    ("juguang__notes", "last"),
    ("juguang__search_words", "in_time"),
    ("qianfan__orders", "counted"),
    ("qianfan__aftersales", "last"),
    ("qianfan__live_sessions", "first"),
    ("qianfan__shop_days", "last"),
    ("qianfan__items", "first"),
    ("seedbed__incentive_grants", "last"),
)
_WITH_EMPTY_ROWS = ("qianfan__orders", "qianfan__items", "juguang__keywords", "qianfan__shop_days")


def row_mishaps() -> list[Mishap]:
    """Every kind of spoilt and skipped row, of every source that can have it."""
    with_date = [source for source, terms in SOURCES.items() if terms.time_header]
    with_id = [source for source, terms in SOURCES.items() if terms.id_header]
    return [
        *(partial(_add_total, source=source, shape=shape) for source, shape in _TOTALS),
        *(partial(_add_empty_rows, source=source) for source in _WITH_EMPTY_ROWS),
        *(partial(_add_copy, source=source, spoil=dirt.ambiguous_date) for source in with_date),
        *(partial(_add_copy, source=source, spoil=dirt.lost_digits) for source in with_id),
        *(partial(_spoil_restated, source=source) for source in SOURCES),
        *(partial(_add_bad_order, family=family, number=n) for n, family in enumerate(_BAD_ORDERS)),
        partial(_add_shifted, source="juguang__units"),
        partial(_add_shifted, source="qianfan__shop_days"),
        _round_an_id,
        _add_reversals,
        _lose_an_order,
        _lose_a_line,
    ]


def _has_rows(plan: Plan) -> bool:
    return len(plan.entries) >= _ROWS_FOR_ONE


def _insert(board: Board, plan: Plan, entries: Iterable[Entry]) -> None:
    """Put rows somewhere among the others."""
    rows = list(plan.entries)
    for entry in entries:
        rows.insert(board.place(plan), entry)
    board.put(plan, rows)


def _any_row(board: Board, plan: Plan) -> Entry:
    entry = board.choose(plan.entries)
    assert entry is not None
    return entry


def _add_total(board: Board, source: str, shape: dirt.TotalShape) -> None:
    is_id_first = shape == "in_time"
    plan = board.pick(source, lambda p: bool(p.entries) and p.style.is_id_first == is_id_first)
    if plan is not None:
        row = dirt.total(plan, shape)
        is_last = shape in ("last", "in_time")
        board.put(plan, [*plan.entries, row] if is_last else [row, *plan.entries])


def _add_empty_rows(board: Board, source: str) -> None:
    plan = board.pick(source, _has_rows)
    if plan is not None:
        _insert(board, plan, [dirt.empty(), dirt.empty()])


def _add_copy(board: Board, source: str, spoil: Callable[[Plan, Entry], Entry]) -> None:
    plan = board.pick(source, _has_rows) or board.pick(source, lambda p: len(p.entries) > 1)
    if plan is not None:
        _insert(board, plan, [spoil(plan, _any_row(board, plan))])


def _round_an_id(board: Board) -> None:
    """A spreadsheet has made a number of an id of eighteen digits."""
    plan = board.pick("qianfan__aftersales", lambda p: p.style.cells.typed and len(p.entries) > 1)
    if plan is not None:
        _insert(board, plan, [dirt.lost_digits(plan, _any_row(board, plan))])


def _add_shifted(board: Board, source: str) -> None:
    plan = board.pick(source, lambda p: _has_rows(p) and p.style.kind == "csv")
    if plan is not None:
        _insert(board, plan, [dirt.shifted(_any_row(board, plan))])


def _add_bad_order(board: Board, family: str, number: int) -> None:
    is_text = family != "uncached_formula"
    plan = board.pick(
        "qianfan__orders", lambda p: _has_rows(p) and (is_text or p.style.kind == "xlsx")
    )
    if plan is not None:
        merchant = board.history(plan).merchant
        order_id = f"P99{merchant.number:04d}{number:011d}"
        paid = [entry for entry in plan.entries if entry.record and entry.record.day]
        entry = board.choose(paid)
        if entry is not None:
            _insert(board, plan, [dirt.bad_order(entry, order_id, family)])


def _add_reversals(board: Board) -> None:
    plan = board.pick("qianfan__orders", _has_rows)
    if plan is not None:
        _insert(board, plan, [dirt.reversal(_any_row(board, plan)) for _ in range(2)])


def _spoil_restated(board: Board, source: str) -> None:
    """A row that an older export had right: the older one stands."""

    def shown_before(plan: Plan) -> list[Entry]:
        known = board.older_keys(plan)
        return [
            entry
            for entry in plan.entries
            if entry.record
            and entry.record.key in known
            # A line never paid has no amount to spoil.
            and entry.record.values.get("paid_amount", 0) is not None
        ]

    plan = board.pick(source, lambda p: len(p.entries) > 1 and bool(shown_before(p)))
    if plan is not None:
        entry = board.choose(shown_before(plan))
        assert entry is not None
        header = SOURCES[source].number_header
        _spoil_in_place(board, plan, entry, header)


def _spoil_in_place(board: Board, plan: Plan, entry: Entry, header: str) -> None:
    bad = dirt.spoilt(entry, header, dirt.AMBIGUOUS_NUMBER, "ambiguous_number")
    board.put(plan, [bad if row is entry else row for row in plan.entries])


def _lose_an_order(board: Board) -> None:
    """The only row of an order, in the only export of it: the order is not known."""
    _spoil_unrestated(board, lambda lines: lines == 1)


def _lose_a_line(board: Board) -> None:
    """One line of an order with several: the order is its other lines."""
    _spoil_unrestated(board, lambda lines: lines > 1)


def _spoil_unrestated(board: Board, wanted: Callable[[int], bool]) -> None:
    def candidates(plan: Plan) -> list[Entry]:
        records = [entry.record for entry in plan.entries if entry.record]
        lines = Counter(record.key for record in records)
        # A day must keep an order of its own, for it is the rows that prove the days.
        on_day = Counter({record.key: record.day for record in records}.values())
        cases = {case.order.order_id for case in board.history(plan).aftersales}
        return [
            entry
            for entry in plan.entries
            if (record := entry.record)
            and record.day
            and wanted(lines[record.key])
            and on_day[record.day] > 1
            and record.key[0] not in cases
        ]

    plan = board.pick(
        "qianfan__orders", lambda p: _is_only_export(board, p) and bool(candidates(p))
    )
    if plan is not None:
        entry = board.choose(candidates(plan))
        assert entry is not None
        _spoil_in_place(board, plan, entry, SOURCES[plan.source].number_header)


def _is_only_export(board: Board, plan: Plan) -> bool:
    return not any(
        other is not plan
        and other.merchant_id == plan.merchant_id
        and other.source == plan.source
        and other.touches(plan.first_day, plan.last_day)
        for other in board.plans
    )
