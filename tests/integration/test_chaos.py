"""The short form of `python -m tests.chaos`: a few kills and damaged files, and all is equal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.points import FEW

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def test_a_few_disturbances_leave_nothing_other(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "few", "1", tmp_path / "chaos"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.count("; equal") == 2, done.stdout
    assert done.stdout.count("s, equal") == sum(FEW.values()), done.stdout
