"""What is proposed for one header, and what somebody decided. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from orchestration.exports.errors import ExportError
from orchestration.exports.layout.types import CellType, Need

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
    a person. A header that is not `is_writable` cannot stand in a layout and stays unknown.
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
    is_writable: bool = True
    examples: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to be asked."""
        return self.certainty >= SURE


def unwritten(place: int, header: str, fault: str, examples: tuple[str, ...]) -> Proposal:
    """A header that cannot stand in a layout; its values are dropped unread as they are."""
    return Proposal(place, header, "leave", 0.0, (fault,), is_writable=False, examples=examples)


def ignored(proposal: Proposal) -> Proposal:
    """The same header, its values dropped unread."""
    if not proposal.is_writable:
        return proposal
    return replace(proposal, action="ignore", column="")


def left(proposal: Proposal) -> Proposal:
    """The same header, still unknown; what is personal is dropped all the same."""
    return proposal if proposal.is_personal else replace(proposal, action="leave", column="")
