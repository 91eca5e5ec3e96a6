"""What is proposed for one header, and what somebody decided. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from orchestration.exports.errors import ExportError
from orchestration.exports.layout_rows import CellType, Need

Action = Literal["map", "ignore", "leave"]

# From here on `--yes` takes a proposal: the same words in another spelling, or almost the same
# words at the place where they are expected, over cells that all read.
SURE = 0.9


class LearnError(ExportError):
    """A file cannot be learnt, or a decision cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Proposal:
    """What to do with one header of a file.

    action map: read it as `column` of `type`. ignore: drop its values unread, as `not_used`, or
    because it `is_personal`. leave: it stays unknown, and every file that has it tells so.
    `certainty` is from 0 to 1; `why` are reasons in words. `examples` are cells of it, never of
    a person.
    """

    place: int
    header: str
    action: Action
    certainty: float
    why: tuple[str, ...]
    column: str = ""
    type: CellType = "text"
    required: Need = "no"
    is_personal: bool = False
    examples: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to be asked."""
        return self.certainty >= SURE


def ignored(proposal: Proposal) -> Proposal:
    """The same header, its values dropped unread."""
    return replace(proposal, action="ignore", column="")


def left(proposal: Proposal) -> Proposal:
    """The same header, still unknown; what is personal is dropped all the same."""
    return proposal if proposal.is_personal else replace(proposal, action="leave", column="")
