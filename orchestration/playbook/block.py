"""The contract of a playbook block: a frame goes in, one finding with its evidence comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import pandas as pd

# ok: the block has something to say. All others are reasons for silence, and are told as such.
Verdict = Literal["ok", "too_early", "too_few", "not_comparable", "data_missing"]
Parameter = int | float | str


class PlaybookError(Exception):
    """A block was given a frame that it cannot read; the message names the column."""


@dataclass(frozen=True)
class Insight:
    """One finding, or one reason for silence.

    `message` names a sentence in the digest's catalogues, `params` fills it. `estimate` and
    `interval` are in the unit that the block states, and None whenever `verdict` is not ok.
    `evidence` is what a second reader needs to check the finding by hand.
    """

    block: str
    verdict: Verdict
    message: str
    params: dict[str, Parameter] = field(default_factory=dict)
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    evidence: dict[str, Parameter] = field(default_factory=dict)


class Block(Protocol):
    """A pure function of one merchant's frame; never of a clock, a file or another merchant."""

    def __call__(self, frame: pd.DataFrame) -> Insight:
        """Judge the frame; raise PlaybookError when a column is missing."""
        ...


def require_columns(frame: pd.DataFrame, *columns: str) -> None:
    """Check that a block gets what it asks for.

    Raises:
        PlaybookError: a column is missing.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise PlaybookError(
            f"The frame lacks {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}."
        )
