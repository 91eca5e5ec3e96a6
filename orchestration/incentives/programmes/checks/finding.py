"""What a check found: a fault keeps programmes from being decided, a warning does not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing; `where` is a file and line, or a cell of a workbook."""

    check: str
    where: str
    problem: str
    is_fault: bool = True

    @property
    def sentence(self) -> str:
        """Where it is, what is wrong and how to mend it."""
        return f"{self.where}: {self.problem}."

    def as_dict(self) -> dict[str, Any]:
        return {
            "level": "fault" if self.is_fault else "warning",
            "check": self.check,
            "where": self.where,
            "problem": self.problem,
        }


def warning(check: str, where: str, problem: str) -> Finding:
    """Something that can be decided, and may not be meant."""
    return Finding(check, where, problem, is_fault=False)


def told(number: Decimal) -> str:
    """A number without the zeros that nobody wrote."""
    return f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
