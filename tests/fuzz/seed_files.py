"""A valid file of every source, as a table of cells, with what the market's writers make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from orchestration.samples.market.cells import Cell, CellStyle, Formula
from orchestration.samples.market.exports import FileStyle, Plan
from orchestration.samples.market.table import table_of
from orchestration.samples.market.world import World, invent_world
from orchestration.samples.market.write_text import text_bytes
from orchestration.samples.market.write_workbook import workbook_bytes
from orchestration.samples.workbooks import PERSONAL_MARK

# Enough for orders of several lines and a report of some days; every byte more is met less often.
_ROWS = 8
# An own column of a person in every source, as a file may have that nobody was told of.
_PERSON_HEADER = "备用联系电话"
_PERSON = f"{PERSONAL_MARK}13800138000"
_TYPED = CellStyle(typed=True)


@dataclass(frozen=True)
class Seed:
    """A file before it is broken: rows from its first line on, and how they are written.

    `header`: the place of the header among the rows; what stands above are titles.
    """

    source: str
    name: str
    kind: str
    rows: tuple[tuple[Cell, ...], ...]
    header: int
    encoding: str
    delimiter: str
    created: datetime

    def written(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        """Rows in place of its own, as the bytes of such a file."""
        if self.kind == "xlsx":
            return workbook_bytes(rows, "Sheet1", self.created)
        return text_bytes(rows, self.encoding, self.delimiter)

    @property
    def content(self) -> bytes:
        return self.written(self.rows)


_STYLES = (
    FileStyle("csv", encoding="utf-8"),
    FileStyle("csv", encoding="utf-8-sig", above=(("数据导出", ""),)),
    FileStyle("csv", encoding="gb18030"),
    FileStyle("csv", encoding="utf-16", delimiter="\t"),
    FileStyle("xlsx"),
    FileStyle("xlsx", cells=_TYPED),
)


@cache
def seeds() -> tuple[Seed, ...]:
    """Every source in every style."""
    plans = _plans(invent_world(merchants=6, weeks=2, orders_a_week=10, with_mishaps=False))
    return tuple(_seed(plan, style) for plan in plans for style in _STYLES)


def _plans(world: World) -> list[Plan]:
    found: dict[str, Plan] = {}
    for plan in world.plans:
        if len(plan.entries) > 1 and plan.archive is None:
            found.setdefault(plan.source, plan)
    return [found[source] for source in sorted(found)]


def _seed(plan: Plan, style: FileStyle) -> Seed:
    plan = replace(plan, style=style, entries=plan.entries[:_ROWS])
    rows = table_of(plan)
    header = len(style.above)
    for place, row in enumerate(rows[header:]):
        row.append(_PERSON if place else _PERSON_HEADER)
    return Seed(
        source=plan.source,
        name=f"{Path(plan.name).stem}.{style.ending}",
        kind=style.kind,
        rows=tuple(map(tuple, rows)),
        header=header,
        encoding=style.encoding,
        delimiter=style.delimiter,
        created=plan.exported_at,
    )


def as_text(cell: Cell) -> str:
    """A cell as a person sees it, for changes that work on text."""
    if isinstance(cell, Formula):
        return cell.text
    return cell.isoformat() if isinstance(cell, date) else str(cell)
