"""Inboxes for the tests of landing: files of a given age, and what a landing made of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from orchestration.flow.landing.land import land
from orchestration.flow.landing.receipts import Landed
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.settings import now


def put(home: Home, place: str, content: bytes = b"a,b\r\n1,2\r\n", *, age: float = 3600) -> Path:
    """A file in the inbox that was last written so many seconds ago."""
    path = home.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return aged(path, age)


def aged(path: Path, age: float) -> Path:
    """Set the time of the last writing."""
    moment = now().timestamp() - age
    os.utime(path, (moment, moment))
    return path


def landing(home: Home, *paths: Path, **words: Any) -> list[Landed]:
    """Land as an ingest does; the waiting is left out unless `wait` says what happens then."""
    with open_workspace(home) as workspace:
        return land(workspace, paths, **{"wait": lambda _seconds: None, **words})


def by_name(landed: list[Landed]) -> dict[str, bool]:
    """What was archived: merchant and name, and whether its content was new."""
    return {f"{i.merchant_id}/{i.file_name}": i.is_new for i in landed if not i.fault}


def faults(landed: list[Landed]) -> list[str]:
    return [item.fault for item in landed if item.fault]
