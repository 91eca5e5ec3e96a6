"""One build of the tiny world for all tests that look at its tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tiny_world import tiny_home

from orchestration.home import Home
from tests.dbt_runs import run_dbt


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The tiny world after `dbt build`, whose own tests and unit tests all passed."""
    home = tiny_home(tmp_path_factory.mktemp("tiny"))
    run_dbt(home, "build")
    yield home
