"""All rows are asked, whatever their number, in memory that does not grow with them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ask_many_rows import ROWS, WRONG, write_rows

pytestmark = pytest.mark.slow

# DuckDB may take 100 MB, and libraries take some for their first question of this kind. The rows
# are more than 130 MB compressed, several times that in memory.
_MOST_MB = 120
_LEAST_FILE_MB = 130


def _ask(kind: str, rows: Path) -> dict[str, Any]:
    write_rows(kind, rows)
    assert rows.stat().st_size > _LEAST_FILE_MB * 1024**2
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("ask_many_rows.py"), kind, rows],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_gate_finds_every_wrong_row(tmp_path: Path) -> None:
    found = _ask("gate", tmp_path / "rows.parquet")
    assert (found["rows"], found["count"], found["named"]) == (ROWS, WRONG, 5)
    # Every one goes to quarantine: 0, 100, 200, ...
    assert found["listed"] == [WRONG, sum(range(0, ROWS, ROWS // WRONG))]
    assert found["grew_mb"] < _MOST_MB


def test_the_audit_finds_every_wrong_row(tmp_path: Path) -> None:
    found = _ask("mart", tmp_path / "rows.parquet")
    assert (found["rows"], found["count"], found["named"]) == (ROWS, WRONG, 5)
    assert found["others"] == []
    assert found["grew_mb"] < _MOST_MB
