"""What goes wrong with whole files: made twice, packed, broken, misplaced, cut otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from orchestration.samples.market.board import Board, Mishap, is_plain
from orchestration.samples.market.dirt import AMBIGUOUS_NUMBER, QUANTITY, spoilt
from orchestration.samples.market.exports import Entry, Plan
from orchestration.samples.market.schedule import AGAIN, Span, ad_plan, shop_plan
from orchestration.samples.market.sources import file_name

_ACCOUNTS = "juguang__accounts"
# An attempt that failed was made shortly before the export that did not.
_BEFORE = timedelta(minutes=4)
# Two in five rows: far beyond the one in five with which a file is still loaded.
_BAD_OF_ROWS = (2, 5)
_ENOUGH_ROWS = 25
_A_FEW_DAYS = timedelta(days=2)
_STRANGE_ACCOUNT = "9990001"


def file_mishaps() -> list[Mishap]:
    """Every kind of mishap with files that are there."""
    return [
        partial(_repeat, source="qianfan__orders"),
        partial(_repeat, source="juguang__units"),
        _pack,
        *(partial(_fail, source=source, fault=fault) for source, fault in _FAILURES),
        _leave_unclaimed,
        _name_a_strange_account,
        _take_for_ones_own,
        _break_down,
        _filter,
    ]


_FAILURES = (
    ("qianfan__orders", "html"),
    ("qianfan__aftersales", "cut_off"),
    ("juguang__creatives", "cut_off"),
    ("qianfan__orders", "pasted"),
    ("juguang__campaigns", "pasted"),
    ("juguang__units", "mojibake"),
    ("qianfan__live_sessions", "unknown_headers"),
    ("qianfan__orders", "unknown_headers"),
    ("juguang__notes", "twin_columns"),
    ("qianfan__orders", "too_many_faults"),
)


def _repeat(board: Board, source: str) -> None:
    """The same bytes again, under the name that a browser gives to a second download."""
    plan = board.pick(source, lambda p: bool(p.entries))
    if plan is not None:
        stem, ending = plan.name.rsplit(".", 1)
        again = replace(plan, name=f"{stem} (1).{ending}", is_repeat=True)
        board.swap(plan, [plan, again])


def _pack(board: Board) -> None:
    """A morning's exports of one merchant in one ZIP."""
    plan = board.pick("qianfan__orders", lambda p: p.folder == p.merchant_id and is_plain(p))
    if plan is None:
        return
    packed = [
        other
        for other in board.plans
        if other.folder == plan.folder
        and other.exported_at == plan.exported_at
        and board.is_untouched(other)
    ]
    board.take(packed)
    archive = file_name("千帆导出", plan.exported_at, "", "zip")
    board.add([replace(other, archive=archive) for other in packed])


def _fail(board: Board, source: str, fault: str) -> None:
    """An attempt that must be held whole, beside the export that succeeded."""
    plan = board.pick(source, lambda p: is_plain(p) and len(p.entries) >= _rows_for(fault))
    if plan is None:
        return
    failed = _shortly_before(plan, fault)
    if fault == "too_many_faults":
        failed = replace(failed, entries=_with_many_faults(failed))
    board.swap(plan, [plan, failed])


def _rows_for(fault: str) -> int:
    return _ENOUGH_ROWS if fault == "too_many_faults" else 2


def _shortly_before(plan: Plan, fault: str) -> Plan:
    """The same export some minutes before, without rows over the header."""
    moment = plan.exported_at - _BEFORE
    stamp = "%Y-%m-%d-%H_%M"
    name = plan.name.replace(f"{plan.exported_at:{stamp}}", f"{moment:{stamp}}")
    style = replace(plan.style, above=())
    return replace(plan, name=name, exported_at=moment, style=style, fault=fault)


def _with_many_faults(plan: Plan) -> tuple[Entry, ...]:
    part, whole = _BAD_OF_ROWS
    return tuple(
        spoilt(entry, QUANTITY, AMBIGUOUS_NUMBER, "ambiguous_number")
        if place % whole < part
        else entry
        for place, entry in enumerate(plan.entries)
    )


def _leave_unclaimed(board: Board) -> None:
    """A few days of orders in the inbox itself: nothing in them tells whose they are."""
    plan = board.pick("qianfan__orders", is_plain)
    if plan is not None:
        span = Span(plan.first_day, plan.first_day + _A_FEW_DAYS)
        stray = shop_plan(board.history(plan), plan.source, span, plan.exported_at - _BEFORE)
        board.swap(plan, [plan, replace(stray, folder="", fault="unclaimed")])


def _name_a_strange_account(board: Board) -> None:
    """A report in the inbox itself, of an account that the register does not have."""
    plan = board.pick(_ACCOUNTS, lambda p: _has_account(p) and p.style.kind == "csv")
    if plan is not None:
        entries = tuple(
            replace(entry, cells={"账户ID": _STRANGE_ACCOUNT, "账户名称": "合成投放账户"})
            for entry in plan.entries
        )
        moment = plan.exported_at - _BEFORE
        name = file_name("聚光_账户报表", moment, "unclaimed", plan.style.ending)
        stray = replace(plan, folder="", name=name, exported_at=moment, entries=entries)
        board.swap(plan, [plan, replace(stray, fault="unclaimed")])


def _has_account(plan: Plan) -> bool:
    return any(column.header == "账户ID" for column in plan.columns)


def _take_for_ones_own(board: Board) -> None:
    """A report that lies in the folder of a merchant who does not have its account."""
    plan = board.pick(_ACCOUNTS, lambda p: _has_account(p) and bool(p.folder))
    other = board.pick(_ACCOUNTS, lambda p: plan is not None and p.merchant_id != plan.merchant_id)
    if plan is not None and other is not None:
        span = Span(plan.first_day, plan.first_day + _A_FEW_DAYS)
        moment = plan.exported_at - _BEFORE
        theirs = ad_plan(board.history(plan), _ACCOUNTS, plan.account_ids, span, moment)
        wrong = replace(theirs, merchant_id=other.merchant_id, folder=other.merchant_id)
        board.swap(plan, [plan, replace(wrong, fault="other_account")])


def _break_down(board: Board) -> None:
    """The same days once more, by placement: a finer cut, which must not be added."""
    plan = board.pick(_ACCOUNTS)
    if plan is not None:
        span = Span(plan.first_day, plan.last_day)
        history = board.history(plan)
        finer = ad_plan(
            history,
            _ACCOUNTS,
            plan.account_ids,
            span,
            plan.exported_at + AGAIN,
            breakdown="placement",
        )
        board.swap(plan, [plan, finer])


def _filter(board: Board) -> None:
    """A later export of one campaign alone: the others must stand as they were."""
    source = "juguang__campaigns"
    plan = board.pick(source, lambda p: len(p.entries) > 1 and not p.fault)
    if plan is not None:
        last = plan.entries[-1].record
        assert last is not None
        span = Span(plan.first_day, plan.last_day)
        later = ad_plan(
            board.history(plan), source, plan.account_ids, span, plan.exported_at + AGAIN
        )
        wanted = last.values["campaign_id"]
        kept = [e for e in later.entries if e.record and e.record.values["campaign_id"] == wanted]
        board.swap(plan, [plan, replace(later, entries=tuple(kept))])
