"""A home with two merchants, at a fixed time."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_kit import make_home

from orchestration.home import Home


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "H", "m001", "m002")
