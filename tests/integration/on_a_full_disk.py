"""The section of the runbook on full disks, typed on a real one: HOME, copied to a disk at PLACE.

The disk is a tmpfs that this process alone sees; ends with 3 where the system lets nobody make one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from homes import copy_home, drop, published
from monday_home import export
from runbook_page import here, rehearsing

from orchestration.files import SCRATCH_PREFIX
from tests.chaos.mishaps import resize_disk, used_of, with_disk_of_its_own

_PLENTY = 1 << 30
# What a killed command has left: gc brings room for an ingest of a few orders.
_LEFT_BEHIND = 4 << 20


def main(source: Path, place: Path) -> None:
    """Fill the disk with an ingest, make room as the page says, and ingest again."""
    from datetime import date, datetime

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
        assert "No space left on device" in full.err, full
        assert published(home) == before

        dry = page.types("gc --dry-run")
        assert (dry.code, str(scrap) in dry.out, scrap.exists()) == (0, True, True), dry
        assert page.types("gc").code == 0
        assert not scrap.exists()
        (home / "warehouse.duckdb").unlink()
        again = here("ingest")
        assert (again.code, "1 read" in again.out) == (0, True), again
        assert " GB are free" in page.types("doctor").out
    assert here("ingest", "--json", "--home", str(home)).out.count('"loaded"') == 4


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
