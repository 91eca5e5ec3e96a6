"""Fixtures that every room's tests may use."""

from __future__ import annotations

import os
import sqlite3
from functools import cache
from pathlib import Path

import pytest
import typer.testing
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.engine import Engine
from typer.main import get_command

# Files are dropped a moment before they are taken; only tests of the waiting itself wait.
os.environ.setdefault("SEEDBED_INBOX__SETTLE_SECONDS", "0")

# dbt formats and writes every statement for its log, a sixth of a build's processor time; a test
# that reads them there asks for them.
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")

# What a test wrote must outlast the test's processes, never the power: waiting for the disk took a
# third of the everyday loop. Commands in processes of their own wait for it as they ship.
os.fsync = lambda _file: None

# Every command that a test runs in its process would make all commands anew, a tenth of a second.
typer.testing._get_command = cache(get_command)  # pyright: ignore[reportPrivateImportUsage]


@event.listens_for(Engine, "connect")
def _no_flush(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


# No test fails because the machine was busy.
settings.register_profile("whole", deadline=None)
settings.load_profile("whole")
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
