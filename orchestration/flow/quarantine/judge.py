"""What becomes of a row of the workbook: taken, or left alone with a sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from orchestration.exports.repairs import DISCARD_ROW, Repairs
from orchestration.flow.quarantine.changes import is_said_already
from orchestration.flow.repairs import Content


class Fate(StrEnum):
    """What became of a row."""

    LOADED = "loaded"
    DISCARDED = "discarded"
    # It counts nowhere, like a total or a cancellation document.
    SKIPPED = "skipped"
    STILL_QUARANTINED = "still quarantined"
    # Its file could not be let in as it is read now; what was read of it before still counts.
    HELD = "held"
    # The gate is stopped for its source; what was told is kept and judged with the next ingest.
    WAITING = "waiting"
    ALREADY_MENDED = "already mended"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    WOULD_MEND = "would be mended"
    WOULD_DISCARD = "would be discarded"


# With these, somebody still has to look at the row.
_UNDECIDED = {Fate.STILL_QUARANTINED, Fate.HELD, Fate.REFUSED, Fate.WAITING}


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row of the workbook, and why; `line` is its row number in the file.

    `is_quarantined`: it lies in quarantine still, though this workbook changed nothing of it.
    """

    sheet: str
    row: int
    merchant_id: str
    file_name: str
    file_sha256: str
    line: int
    fate: Fate
    sentence: str = ""
    is_quarantined: bool = False

    @property
    def is_undecided(self) -> bool:
        return self.fate in _UNDECIDED or self.is_quarantined

    def as_dict(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "merchant_id": self.merchant_id,
            "file_name": self.file_name,
            "file_sha256": self.file_sha256,
            "line": self.line,
            "outcome": self.fate.value,
            "why": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row of the workbook asks for: repairs, none where nothing was changed; or a fault.

    `stamp` is that of the row when it was exported.
    """

    sheet: str
    number: int
    content: Content
    source: str
    line: int
    stamp: str
    repairs: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None

    @property
    def key(self) -> tuple[Content, int]:
        return self.content, self.line


class Quarantined(NamedTuple):
    """A row that lies in quarantine now: its stamp, and why it lies there."""

    stamp: str
    why: str


@dataclass(frozen=True)
class Standing:
    """How a file stands before a workbook is taken.

    `refusal`: why nothing can be mended in it. `rows`: those in quarantine by line. `replaced`:
    lines that a newer export has whole.
    """

    content: Content
    file_name: str
    source: str
    known: Repairs
    rows: Mapping[int, Quarantined]
    replaced: frozenset[int] = frozenset()
    refusal: str | None = None


def judged(wish: Wish, standing: Standing) -> RowOutcome | None:
    """What is said of a row that is not to be taken, or None where it is."""
    here = standing.rows.get(wish.line)
    if wish.fault:
        return outcome(wish, standing, Fate.REFUSED, wish.fault)
    if not wish.repairs:
        why = "" if here else "it is not in quarantine any more"
        return outcome(wish, standing, Fate.UNCHANGED, why, is_quarantined=bool(here))
    if standing.refusal:
        return outcome(wish, standing, Fate.REFUSED, standing.refusal)
    if is_said_already(wish.repairs, standing.known.get(wish.line, {})):
        why = here.why if here else ""
        return outcome(wish, standing, Fate.ALREADY_MENDED, why, is_quarantined=bool(here))
    why_not = _why_not(wish, standing, here)
    return outcome(wish, standing, Fate.REFUSED, why_not) if why_not else None


def _why_not(wish: Wish, standing: Standing, here: Quarantined | None) -> str | None:
    if here is None:
        return "it is not in quarantine any more; `seedbed quarantine list` shows what is"
    if here.stamp != wish.stamp:
        return "it has changed since the workbook was exported; export it again"
    if wish.line in standing.replaced:
        return "a newer export has it whole, and that one counts; nothing has to be mended"
    return None


def planned(wish: Wish, standing: Standing) -> RowOutcome:
    """What would become of a row that can be taken."""
    is_discard = DISCARD_ROW in wish.repairs
    fate = Fate.WOULD_DISCARD if is_discard else Fate.WOULD_MEND
    columns = ", ".join(wish.repairs)
    return outcome(wish, standing, fate, "" if is_discard else f"cells: {columns}")


def outcome(
    wish: Wish, standing: Standing, fate: Fate, sentence: str = "", *, is_quarantined: bool = False
) -> RowOutcome:
    """The outcome of a row of the workbook."""
    return RowOutcome(
        wish.sheet,
        wish.number,
        wish.content.merchant_id,
        standing.file_name,
        wish.content.file_sha256,
        wish.line,
        fate,
        sentence,
        is_quarantined,
    )


def sentences(reasons: Sequence[str]) -> str:
    """Several reasons as one text."""
    return " ".join(dict.fromkeys(reasons))
