"""What a digest needs before it is sent, as data: figure x source x covered days x checks."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from orchestration.incentives.checked_yaml import Strict, read_yaml
from orchestration.rows import SOURCE_NAME

SENDABLE_FILE = "sendable.yml"


class Checks(Strict):
    """What must hold of a source's exports of the week: each the most that is allowed."""

    rejected_share: float | None = Field(ge=0, le=1, default=None)
    held_rows: int | None = Field(ge=0, default=None)
    bridged_days: int | None = Field(ge=0, le=7, default=None)


class Need(Strict):
    """What one figure needs of one source."""

    figure: str = Field(pattern="^[a-z][a-z0-9_]*$")
    source: str = Field(pattern=f"^{SOURCE_NAME}$")
    min_days: int = Field(ge=0, le=7)
    checks: Checks = Checks()


class Sendable(Strict):
    """All that digests wait for; an empty list waits for nothing."""

    figures: tuple[Need, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for need in self.figures:
            if (need.figure, need.source) in seen:
                raise ValueError(
                    f"{need.figure} and {need.source} stand here twice; take one of the two out"
                )
            seen.add((need.figure, need.source))
        return self


def load_sendable(folder: Path, shipped: Path) -> Sendable:
    """The table of a home, or the shipped one where the home is older than it is.

    Raises:
        RulebookError: the file is no YAML, or a value is wrong.
    """
    path = folder / SENDABLE_FILE
    return read_yaml(path if path.exists() else shipped / SENDABLE_FILE, Sendable)
