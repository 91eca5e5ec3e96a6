"""The section of the runbook on full disks, typed on a real one: HOME, copied to a disk at PLACE.

The disk is a tmpfs that only the process which types sees; it says so where nobody may make one.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from homes import copy_home, drop, published
from monday_home import export
from runbook_page import here, rehearsing

from orchestration.files import SCRATCH_PREFIX
from tests.chaos.kill import Child
from tests.chaos.mishaps import resize_disk, used_of, with_disk_of_its_own

_PLENTY = 1 << 30
# What a killed command has left: gc brings room for an ingest of a few orders.
_LEFT_BEHIND = 4 << 20


def type_it(source: Path, place: Path) -> None:
    """Fill the disk with an ingest, make room as the page says, and ingest again."""
    with_disk_of_its_own(place, _PLENTY)
    home = copy_home(source, place / "H")
    before = published(home)
    rest = export(place, datetime(2024, 9, 9, 9, 55), date(2024, 9, 4), date(2024, 9, 8))  # noqa: DTZ001
    drop(home, "m002", [rest])
    scrap = home / "staged" / f"{SCRATCH_PREFIX}of-a-killed-command"
    scrap.write_bytes(bytes(_LEFT_BEHIND))
    patch = pytest.MonkeyPatch()
    with patch.context() as patched, rehearsing("The disk is full", home, patched) as page:
        resize_disk(place, used_of(place))
        full = here("ingest")
        assert full.code == 1, full
        said = ("No space left on device", "database or disk is full")
        assert any(words in full.err for words in said), full
        assert published(home) == before
        assert "cannot be opened" in here("doctor").out

        dry = page.types("gc --dry-run")
        assert (dry.code, str(scrap) in dry.out, scrap.exists()) == (0, True, True), dry
        assert page.types("gc").code == 0
        assert not scrap.exists()
        (home / "warehouse.duckdb").unlink()
        again = here("ingest")
        assert (again.code, "1 read" in again.out) == (0, True), again
        assert "cannot be opened" not in page.types("doctor").out
    assert here("ingest", "--json", "--home", str(home)).out.count('"loaded"') == 4


if __name__ == "__main__":
    source, place = map(Path, sys.argv[1:])
    # A process of one thread may make a disk of its own; a forked one has no other.
    end = Child(lambda: type_it(source, place), place.with_suffix(".log")).wait()
    print(end.said)
    sys.exit(end.code)
