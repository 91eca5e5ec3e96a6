"""The bytes of a plan, whole or broken in the way that its fault says."""

from __future__ import annotations

from orchestration.samples.market.cells import Cell
from orchestration.samples.market.exports import Plan
from orchestration.samples.market.sources import SOURCES
from orchestration.samples.market.table import table_of
from orchestration.samples.market.write_text import encoded, text_bytes
from orchestration.samples.market.write_workbook import workbook_bytes

_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>登录</title></head>"
    "<body>登录已过期，请重新登录</body></html>\n"
)
# A download that broke off has most of its bytes.
_CUT_AT = 0.6
_CELLS_LEFT = 3
# What stands where characters could not be saved.
_LOST_TEXT = "计划\ufffd\ufffd"


def content(plan: Plan) -> bytes:
    """What the file holds."""
    if plan.fault == "html":
        return encoded(_PAGE, "utf-8")
    rows = _rows(plan)
    if plan.style.kind == "xlsx":
        style = plan.style
        whole = workbook_bytes(rows, style.sheet, plan.exported_at, has_cover=style.has_cover)
        return whole[: int(len(whole) * _CUT_AT)] if plan.fault == "cut_off" else whole
    whole = text_bytes(rows, plan.style.encoding, plan.style.delimiter)
    return whole.removesuffix(_line_end(plan)) if plan.fault == "cut_off" else whole


def _line_end(plan: Plan) -> bytes:
    return "\r\n".encode("utf-16-le" if plan.style.encoding == "utf-16" else "ascii")


def _rows(plan: Plan) -> list[list[Cell]]:
    rows = table_of(plan)
    place = len(plan.style.above)
    header, below = rows[place], rows[place + 1 :]
    if plan.fault == "pasted":
        return [*rows, header, *below]
    if plan.fault == "unknown_headers":
        strange: list[Cell] = [f"栏目{number}" for number in range(1, len(header) + 1)]
        return [*rows[:place], strange, *below]
    if plan.fault == "twin_columns":
        twin = header.index(SOURCES[plan.source].number_header)
        return [*rows[:place], *([*row, row[twin]] for row in rows[place:])]
    if plan.fault == "mojibake":
        return [*rows[:-1], [*rows[-1][:-1], _LOST_TEXT]]
    if plan.fault == "cut_off" and plan.style.kind == "csv":
        # Cut within the last row, so that its length shows it.
        return [*rows[:-1], rows[-1][:_CELLS_LEFT]]
    return rows
