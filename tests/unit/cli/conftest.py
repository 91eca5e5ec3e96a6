"""One clock for the tests of all commands."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
