"""Cells of export files as pandas and the standard library read them: nothing of the pipeline."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

import pandas as pd

# What stands above the cells that count, by the column's name in raw.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "order_id": ("订单号",),
    "paid_amount": ("商家应收金额(元)（支付金额）",),
    "customer_key": ("用户编号",),
    "refund_amount": ("退款金额(元)", "实际退款金额(元)"),
    "requested_refund_amount": ("申请售后金额(元)",),
    "spend": ("消费", "消耗", "花费"),
    "impressions": ("展现量", "展示量"),
    "clicks": ("点击量",),
    "interactions": ("互动量",),
    "gmv_paid_7d_by_click": ("7日支付金额",),
}


class ExportFile:
    """One file as it came; lines are numbered from 1, as a spreadsheet does."""

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        self.sha256 = hashlib.sha256(self._bytes).hexdigest()

    @cached_property
    def lines(self) -> list[list[str]]:
        if self._bytes.startswith(b"PK"):
            sheets = pd.read_excel(
                io.BytesIO(self._bytes),
                header=None,
                dtype=str,
                engine="calamine",
                sheet_name=None,
            )
            # A cover sheet with a sentence on it may come first.
            largest = max(sheets.values(), key=lambda sheet: sheet.size)
            return largest.fillna("").to_numpy().tolist()
        text = self._text
        # A title may stand above the headers, without any separator.
        separator = "\t" if "\t" in text else ","
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))

    @property
    def _text(self) -> str:
        if self._bytes[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return self._bytes.decode("utf-16")
        try:
            return self._bytes.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self._bytes.decode("gb18030")

    def cell(self, line: int, column: str) -> str:
        """The text under the header of a column."""
        for header in self.lines:
            if places := [n for n, text in enumerate(header) if text.strip() in HEADERS[column]]:
                return self.lines[line - 1][places[0]].strip()
        raise AssertionError(f"no header for {column}")

    def number(self, line: int, column: str) -> Decimal:
        text = unicodedata.normalize("NFKC", self.cell(line, column))
        try:
            return Decimal(text.replace(",", "").replace("¥", "").replace("元", "").strip())
        except InvalidOperation as error:
            raise AssertionError(f"line {line}: {text!r} under {column}") from error


def files_in(landing: Path, hashes: Iterable[str]) -> dict[str, ExportFile]:
    """Archived files by hash, each checked to be the bytes that its hash names."""
    wanted = set(hashes)
    found = {p.name: ExportFile(p) for p in landing.rglob("*") if p.name in wanted}
    assert {name: file.sha256 for name, file in found.items()} == {name: name for name in wanted}
    return found
