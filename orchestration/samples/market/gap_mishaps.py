"""What is not there: weeks that nobody exports, or only in a way that tells less."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from orchestration.samples.market.board import Board, Mishap, is_plain, week_before
from orchestration.samples.market.exports import FileStyle, Plan
from orchestration.samples.market.schedule import Span, ad_plan, shop_plan
from orchestration.samples.market.sources import ADS

_ORDERS, _SHOP_DAYS, _LIVE = "qianfan__orders", "qianfan__shop_days", "qianfan__live_sessions"
_ACCOUNTS = "juguang__accounts"
_RESAVED = FileStyle("csv", encoding="gb18030")


def gap_mishaps() -> list[Mishap]:
    """Every kind of gap; to be made before other mishaps, which would go with the files."""
    return [
        *(
            partial(_miss, source=source, sources=(source,))
            for source in (_ORDERS, _SHOP_DAYS, _LIVE)
        ),
        partial(_miss, source=_ACCOUNTS, sources=ADS),
        partial(_forget_the_time, source=_ORDERS, word="订单"),
        partial(_forget_the_time, source=_SHOP_DAYS, word="店铺"),
        _cut_off_the_only_one,
        _only_hours,
        _only_campaigns,
    ]


def _miss(board: Board, source: str, sources: tuple[str, ...]) -> None:
    """Nobody exports these days, neither then nor later."""
    plan = board.pick(source, lambda p: bool(p.entries) and _is_within(board, p))
    if plan is not None:
        board.uncover(plan, sources)


def _is_within(board: Board, plan: Plan) -> bool:
    """Whether the merchant has exports of the weeks before and after it."""
    history = board.history(plan)
    monday, sunday = week_before(plan)
    return max(history.first_day, history.merchant.joined_on) < monday and sunday < history.last_day


def _forget_the_time(board: Board, source: str, word: str) -> None:
    """The only export of a week, saved by a spreadsheet under a name without a time."""
    plan = board.pick(source, lambda p: is_plain(p) and _is_within(board, p))
    if plan is None:
        return
    span = Span(*board.uncover(plan, [source]))
    only = shop_plan(board.history(plan), source, span, plan.exported_at)
    name = f"{word}第{span.first.isocalendar().week}周.csv"
    board.add([replace(only, name=name, style=_RESAVED, is_time_known=False)])


def _cut_off_the_only_one(board: Board) -> None:
    """The only export of a week is cut off: its days stay unknown."""
    plan = board.pick(_SHOP_DAYS, lambda p: is_plain(p) and _is_within(board, p))
    if plan is not None:
        span = Span(*board.uncover(plan, [_SHOP_DAYS]))
        only = shop_plan(board.history(plan), _SHOP_DAYS, span, plan.exported_at)
        board.add([replace(only, fault="cut_off")])


def _only_hours(board: Board) -> None:
    """Of a week there is only the report of an account by hours."""
    plan = board.pick(_ACCOUNTS, lambda p: _is_within(board, p))
    if plan is not None:
        history = board.history(plan)
        span = Span(*board.uncover(plan, ADS))
        board.add(
            ad_plan(history, _ACCOUNTS, (one,), span, plan.exported_at, unit="hour")
            for one in history.merchant.account_ids
        )


def _only_campaigns(board: Board) -> None:
    """Of a week there are only reports below the account, so that what they hide is not known."""
    plan = board.pick(_ACCOUNTS, lambda p: _is_within(board, p))
    if plan is not None:
        board.uncover(plan, [_ACCOUNTS])
