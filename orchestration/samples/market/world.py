"""The whole of it: merchants, what happened to them, and every export that somebody made of it.

Start here. `invent_world` makes a world from its arguments alone, `write_world` (deliver.py) puts
its files into an inbox, `truth_of` (truth.py) says what any correct pipeline must find in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.samples.market.board import Board
from orchestration.samples.market.exports import Plan
from orchestration.samples.market.file_mishaps import file_mishaps
from orchestration.samples.market.gap_mishaps import gap_mishaps
from orchestration.samples.market.history import History, invent_history
from orchestration.samples.market.merchants import invent_merchants, register_entries
from orchestration.samples.market.row_mishaps import row_mishaps
from orchestration.samples.market.schedule import weekly_plans

# Every kind of mishap befalls one in so many merchants, and at least one.
_MERCHANTS_PER_ROUND = 12
_MONDAY = 0


@dataclass(frozen=True)
class World:
    """Histories by merchant, and the plans of all files in the order of their exports."""

    seed: int
    first_day: date
    weeks: int
    histories: tuple[History, ...]
    plans: tuple[Plan, ...]

    def history(self, merchant_id: str) -> History:
        """The past of one merchant."""
        return next(one for one in self.histories if one.merchant.merchant_id == merchant_id)


def invent_world(
    *,
    merchants: int,
    weeks: int,
    orders_a_week: int = 40,
    seed: int = 1,
    first_day: date = date(2024, 7, 1),
    with_mishaps: bool = True,
) -> World:
    """Invent merchants and their weeks, from the Monday `first_day` on.

    Twelve merchants and four weeks are enough for every kind of mishap to befall somebody.
    `orders_a_week` is about what one merchant sells; every open day has at least one order.

    Raises:
        ValueError: `first_day` is no Monday.
    """
    if first_day.weekday() != _MONDAY:
        raise ValueError(f"first_day is {first_day:%A} {first_day}; a world begins on a Monday.")
    histories = tuple(
        invent_history(
            merchant, seed=seed, first_day=first_day, weeks=weeks, orders_a_week=orders_a_week
        )
        for merchant in invent_merchants(seed, merchants, first_day)
    )
    board = Board(histories, (plan for one in histories for plan in weekly_plans(one)), seed)
    if with_mishaps:
        rounds = max(1, round(merchants / _MERCHANTS_PER_ROUND))
        for kind in (gap_mishaps(), file_mishaps(), row_mishaps()):
            for mishap in kind * rounds:
                mishap(board)
    return World(seed, first_day, weeks, histories, tuple(board.plans))


def register_of(world: World) -> dict[str, Any]:
    """All merchants of the world and their team, as `merchants.yml` has them."""
    return register_entries(history.merchant for history in world.histories)
