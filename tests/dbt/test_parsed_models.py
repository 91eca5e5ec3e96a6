"""A parse that was moved into a home is the one that dbt would have made there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.flow.models import MANIFEST
from orchestration.home import Home
from tests.dbt_homes import empty_home
from tests.dbt_runs import run_dbt
from tests.parsed_models import give_parsed_models

pytestmark = pytest.mark.slow

# When something was read, and by which run.
_OF_THE_RUN = ("created_at", "metadata")


def _manifest(home: Home) -> Any:
    return _without_runs(json.loads((home.dbt_target / MANIFEST).read_text(encoding="utf-8")))


def _without_runs(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_runs(one) for key, one in value.items() if key not in _OF_THE_RUN}
    return [_without_runs(one) for one in value] if isinstance(value, list) else value


def test_a_moved_parse_is_that_of_the_home_and_dbt_takes_it(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "a home")
    give_parsed_models(home)
    moved = _manifest(home)
    run_dbt(home, "parse", "--log-level-file", "debug")
    log = (home.dbt_target / "dbt.log").read_text(encoding="utf-8")
    assert "no changes found, skipping parsing" in log
    run_dbt(home, "parse", "--no-partial-parse")
    assert _manifest(home) == moved
