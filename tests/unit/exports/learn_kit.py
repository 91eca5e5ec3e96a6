"""Tables to learn from: a small file of any headers, and what is found under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from exports_kit import write_text

from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.learn.profile import Profile, profiles
from orchestration.exports.learn.proposal import Proposal
from orchestration.exports.learn.renamed import renamed
from orchestration.exports.learn.table import Table, open_table
from orchestration.exports.learn.unseen import NewLayout, unseen
from orchestration.sections import DuckDBSettings

BOOK = load_layouts()
LIMITS = DuckDBSettings(memory_limit="256MB", threads=2)
# A valid order export, as it is known, by header.
ORDER = {
    "订单号": "P1",
    "订单状态": "已完成",
    "订单创建时间": "2024-09-02 10:00:00",
    "支付时间": "2024-09-02 10:05:00",
    "商品名称": "茶",
    "SKU件数": "2",
    "商品总价(元)": "22.00",
    "商家应收金额(元)（支付金额）": "20.00",
    "用户编号": "17850",
}


def table_of(
    folder: Path,
    header: Sequence[str],
    *rows: Sequence[object],
    name: str = "export.csv",
    book: LayoutBook = BOOK,
) -> tuple[Table, dict[int, Profile]]:
    """The table of a CSV with this header and these rows, and what its cells are."""
    path = write_text(folder / name, [header, *rows])
    table = open_table(path, name, book)
    return table, profiles(table)


def profile_of(folder: Path, *cells: object, header: str = "新指标") -> Profile:
    """What is found of one column; a second one keeps rows with an empty cell from being empty."""
    _, found = table_of(folder, [header, "别的"], *([cell, "x"] for cell in cells))
    return found[0]


def renamed_orders(folder: Path, names: Mapping[str, str], **cells: str) -> dict[str, Proposal]:
    """Proposals by header for an order export whose headers were renamed and added to.

    `cells` are further columns, or other cells of known ones, by header.
    """
    order = ORDER | cells
    header = [names.get(text, text) for text in order]
    rows = [[f"P{n}" if h == "订单号" else cell for h, cell in order.items()] for n in range(9)]
    table, found = table_of(folder, header, *rows)
    proposals = renamed(BOOK.get("qianfan__orders"), table, found, BOOK)
    return {one.header: one for one in proposals}


def new_layout(
    folder: Path,
    header: Sequence[str],
    *rows: Sequence[object],
    name: str = "export.csv",
    source: str = "example__things",
) -> NewLayout:
    """The layout that is proposed for a file of no known source."""
    table, found = table_of(folder, header, *rows, name=name)
    return unseen(source, table, found, BOOK, LIMITS)
