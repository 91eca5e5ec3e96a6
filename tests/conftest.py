"""Fixtures that every room's tests may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Files are dropped a moment before they are taken; only tests of the waiting itself wait.
os.environ.setdefault("SEEDBED_INBOX__SETTLE_SECONDS", "0")

# The everyday loop (make unit) asks a fifth of the examples.
settings.register_profile("quick", max_examples=20, deadline=None)
# `pytest --hypothesis-profile long`: ten times as many examples, other ones in every run.
settings.register_profile("long", max_examples=1000, deadline=None)

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "orchestration" / "samples" / "real_orders"
FIXTURES = Path(__file__).parent / "fixtures" / "real_orders"


@pytest.fixture(scope="session")
def real_workbooks() -> list[Path]:
    """The 16 order workbooks of a real shop, oldest export first."""
    return sorted([*SAMPLES.glob("*.xlsx"), *FIXTURES.glob("*.xlsx")], key=lambda path: path.name)
