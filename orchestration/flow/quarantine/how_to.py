"""The sheet that explains the workbook, in Chinese and English."""

from __future__ import annotations

import math

from xlsxwriter import Workbook

from orchestration.flow.quarantine.sheet import EXPLANATION

# Letters of a line; the column is a little wider, for letters differ in width.
_LETTERS_OF_A_LINE = 115
_COLUMN_WIDTH = 120
_LINE_HEIGHT = 18
_TITLES = ("怎么用", "How to use it")
_HOW_TO = (
    _TITLES[0],
    "1. 看“原因”和“建议”，直接改这一行里不对的格子（黄色的格子有问题）。"
    "改过的格子就会被采用，原来的文件不变。",
    "2. 不要这一行：在“处理”里选“丢弃 discard”。没动过的行留在隔离区，下次还会列出。",
    "3. 灰色的格子：那个文件没有这一列；灰色表头的列：只供查看。填了都不采用。"
    "没有显示的用户编号：要改就填完整的编号，没有买家填 -，留空就是不改。",
    "4. 一行的格子比表头多或少时（row_has_other_length），把每个格子放到对的表头下，"
    "会整行采用。已经对了的，在“处理”里选“改 mend”。",
    "5. 可以排序、筛选、删行；不要改表头，不要删隐藏的列（_sha256、_row）。"
    "格子开头的 ' 防止内容变成公式，读回时会去掉。",
    "6. 改好后先运行：seedbed quarantine retry 文件.xlsx --dry-run；没问题再去掉 --dry-run。",
    "",
    _TITLES[1],
    "1. Read reason and suggested fix, and type over the cells of the row that are wrong (those "
    "at fault are yellow). Changed cells are taken; the export file itself never changes.",
    "2. A row that is not wanted: choose 丢弃 discard in the first column. A row that nobody "
    "touches stays in quarantine.",
    "3. Grey cells stand for columns that a file does not have, grey headers are for looking "
    "only: nothing is taken from there. Where a buyer number is not shown, type the whole number "
    "to change it, - if there is no buyer; blank leaves it as it is.",
    "4. Where a row is longer or shorter than its header (row_has_other_length), put each cell "
    "under its header; they are taken all together. If they stand right already, choose 改 mend.",
    "5. Sort, filter and delete rows as you like; keep the headers and the hidden columns "
    "(_sha256, _row). An apostrophe before a cell keeps it from being a formula and is taken off.",
    "6. Then: seedbed quarantine retry FILE.xlsx --dry-run, and again without --dry-run.",
)
_PERSONAL = (
    "本表含有个人信息，用完请删除。This workbook holds personal data; delete it when it is done."
)


def add_explanation(book: Workbook, *, is_personal: bool) -> None:
    """Add the sheet; a personal workbook says so first."""
    prose = book.add_format({"text_wrap": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 13, "font_color": "#2F6B4A"})
    warning = book.add_format({"bold": True, "font_color": "#C00000"})
    looks = {_PERSONAL: warning, **dict.fromkeys(_TITLES, title)}
    sheet = book.add_worksheet(EXPLANATION)
    sheet.set_column(0, 0, _COLUMN_WIDTH)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    lines = [_PERSONAL, "", *_HOW_TO] if is_personal else list(_HOW_TO)
    for number, line in enumerate(lines):
        rows = max(1, math.ceil(letters(line) / _LETTERS_OF_A_LINE))
        sheet.set_row(number, _LINE_HEIGHT * rows)
        sheet.write_string(number, 0, line, looks.get(line, prose))


def letters(text: str) -> int:
    """How wide a text is: a Chinese character takes the place of two letters."""
    if text.isascii():
        return len(text)
    return sum(1 if char.isascii() else 2 for char in text)
