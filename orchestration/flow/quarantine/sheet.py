"""The columns of the workbook, and what its hidden cells keep of a row. Pure.

Everything that a row is known by stands in hidden cells of the same row, so that people may sort,
filter, copy and delete rows as they like.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

EXPLANATION = "说明 How to"


@dataclass(frozen=True)
class FixedColumn:
    """A column that every sheet has; `width` counts letters."""

    header: str
    width: int


DECISION = FixedColumn("处理 decision", 13)
MERCHANT = FixedColumn("商家 merchant_id", 16)
FILE = FixedColumn("文件 file", 26)
HASH = FixedColumn("文件号 hash", 11)
LINE = FixedColumn("行 line", 8)
RULE = FixedColumn("规则 rule", 25)
REASON = FixedColumn("原因 reason", 44)
FIX = FixedColumn("建议 suggested fix", 40)
SHOWN_COLUMNS = (DECISION, MERCHANT, FILE, HASH, LINE, RULE, REASON, FIX)
# Cells of a row that is longer than the header, with whatever stands in them.
SURPLUS = FixedColumn("多出的格 surplus", 20)
# Hidden: the whole hash of the file, and what else the row is known by, as JSON.
SHA256 = FixedColumn("_sha256", 0)
ROW = FixedColumn("_row", 0)
HIDDEN_COLUMNS = (SHA256, ROW)

MEND, DISCARD = "改 mend", "丢弃 discard"
DECISIONS: Mapping[str, str] = {
    "": "",
    **dict.fromkeys(("改", "mend", MEND), MEND),
    **dict.fromkeys(("丢弃", "discard", DISCARD), DISCARD),
}
# Stands as the mark of a cell whose content the workbook does not show.
NOT_SHOWN = "?"


def spelling(header: str) -> str:
    """What two spellings of one word have in common: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


def decision_of(cell: str) -> str | None:
    """What a cell of the first column decides; None if it is no decision."""
    known = {spelling(word): decision for word, decision in DECISIONS.items()}
    return known.get(spelling(cell))


@dataclass(frozen=True)
class RowId:
    """What a row of the workbook is known by when it comes back.

    `stamp` is another one once the row in quarantine is another. `marks` has each column that the
    file has, with the mark of what the cell showed. `is_odd`: its cells stand under no headers,
    so that they are taken all together.
    """

    home_id: str
    source: str
    merchant_id: str
    line: int
    stamp: str
    marks: Mapping[str, str]
    is_odd: bool

    def as_text(self) -> str:
        """For the hidden cell."""
        return json.dumps(vars(self), ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> RowId | None:
        """Back from the hidden cell; None if somebody changed it."""
        try:
            fields = json.loads(text)
            known = cls(**fields)
        except (ValueError, TypeError):
            return None
        is_sound = isinstance(known.marks, dict) and isinstance(known.line, int)
        return known if is_sound else None
