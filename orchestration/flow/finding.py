"""One thing that `seedbed doctor` has looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "note", "fault"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    level: Level
    sentence: str

    @property
    def is_fault(self) -> bool:
        return self.level == "fault"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)
