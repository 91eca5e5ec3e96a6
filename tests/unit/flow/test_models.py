"""When the dbt project is parsed for a home, and when what was parsed still holds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.flow import models
from orchestration.flow.models import MANIFEST, PARSED_FOR, PARTIAL, ensure_parsed, start_parsing
from orchestration.home import Home

# Stands for dbt: what it writes is not looked at here, only when it is started.
_DBT = f"""#!/bin/sh
echo parsed > "$DBT_TARGET_PATH/{PARTIAL}"
echo parsed > "$DBT_TARGET_PATH/{MANIFEST}"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    home = Home(tmp_path / "H")
    home.dagster.mkdir(parents=True)
    home.settings_file.touch()
    (tmp_path / "dbt").write_text(_DBT, encoding="utf-8")
    (tmp_path / "dbt").chmod(0o700)
    monkeypatch.setattr(models.shutil, "which", lambda *_args, **_kept: str(tmp_path / "dbt"))
    yield home
    start_parsing.cache_clear()


def is_parsed_again(home: Home) -> bool:
    """As a new process would find it."""
    start_parsing.cache_clear()
    began = start_parsing(home) is not None
    ensure_parsed(home)
    return began


def test_it_is_parsed_once(home: Home) -> None:
    assert [is_parsed_again(home) for _ in range(3)] == [True, False, False]
    assert {path.name for path in home.dbt_target.glob("*.*")} >= {MANIFEST, PARTIAL, PARSED_FOR}


def test_a_home_that_was_moved_is_parsed_once_more(home: Home, tmp_path: Path) -> None:
    is_parsed_again(home)
    moved = Home(home.root.rename(tmp_path / "moved"))
    assert [is_parsed_again(moved) for _ in range(2)] == [True, False]


def test_other_limits_are_parsed_for_once_more(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    is_parsed_again(home)
    monkeypatch.setenv("SEEDBED_DUCKDB__MEMORY_LIMIT", "3GB")
    assert [is_parsed_again(home) for _ in range(2)] == [True, False]


def test_a_file_of_the_project_that_is_newer_is_parsed(home: Home) -> None:
    is_parsed_again(home)
    long_ago = time.time() - 10 * 365 * 86_400
    os.utime(home.dbt_target / MANIFEST, (long_ago, long_ago))
    assert [is_parsed_again(home) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("left", [(), (PARTIAL,), (PARTIAL, MANIFEST)])
def test_what_a_killed_parse_left_behind_is_parsed_again(home: Home, left: tuple[str, ...]) -> None:
    home.dbt_target.mkdir()
    for name in left:
        (home.dbt_target / name).touch()
    assert [is_parsed_again(home) for _ in range(2)] == [True, False]
