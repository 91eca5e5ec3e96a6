"""A month of invented shops taken in and built by dbt, beside what must be found in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.flow import homes
from orchestration.flow.ingest import ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import PROJECT_ROOT, Home
from orchestration.samples.market.deliver import write_world
from orchestration.samples.market.truth import Truth, truth_of
from orchestration.samples.market.world import invent_world, register_of
from orchestration.settings import child_environment

_DBT = Path(sys.executable).parent / "dbt"
_PROJECT = PROJECT_ROOT / "dbt_project"
# Two days after the last export of the world.
_NOW = "2024-07-24T10:00:00+08:00"


@dataclass(frozen=True)
class MarketHome:
    """A home whose marts are built, its register by merchant, and the planted truth of it."""

    home: Home
    truth: Truth
    merchants: dict[str, dict[str, Any]]

    def rows(self, mart: str, columns: Sequence[str], where: str = "true") -> list[tuple[Any, ...]]:
        """These columns of the rows of a mart."""
        with duckdb.connect() as connection:
            # Opened by itself, the file would be called marts, and so is a schema in it.
            connection.execute(f"attach '{self.home.marts_db}' as build (read_only)")
            return connection.sql(
                f"select {', '.join(columns)} from build.marts.{mart} where {where}"
            ).fetchall()


def built_market(folder: Path) -> MarketHome:
    """Six merchants and three weeks with their mishaps, ingested; every mart built and tested."""
    world = invent_world(merchants=6, weeks=3)
    home = Home(folder / "H")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", _NOW)
        homes.make_home(home)
        home.register_file.write_text(
            yaml.safe_dump(register_of(world), allow_unicode=True), encoding="utf-8"
        )
        write_world(world, home.inbox)
        with open_workspace(home) as workspace:
            assert ingest(workspace).structural_faults == []
    words = ["--project-dir", _PROJECT, "--profiles-dir", _PROJECT, "--no-use-colors"]
    done = subprocess.run(
        [_DBT, "build", "--exclude-resource-type", "unit_test", "--exclude", "tag:weekly", *words],
        env=child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    merchants = {one["merchant_id"]: one for one in register_of(world)["merchants"]}
    return MarketHome(home, truth_of(world), merchants)
