"""Fixtures that every room's tests may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "orchestration" / "samples" / "real_orders"
FIXTURES = Path(__file__).parent / "fixtures" / "real_orders"


@pytest.fixture(scope="session")
def real_workbooks() -> list[Path]:
    """The 16 order workbooks of a real shop, oldest export first."""
    return sorted([*SAMPLES.glob("*.xlsx"), *FIXTURES.glob("*.xlsx")], key=lambda path: path.name)
