"""A month of invented shops, taken in or built by dbt as well, beside what must be found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.flow import homes
from orchestration.flow.ingest import IngestReport, ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.market.deliver import Delivered, write_world
from orchestration.samples.market.truth import Truth, truth_of
from orchestration.samples.market.world import invent_world, register_of
from tests.dbt_runs import run_dbt

# Two editions within four weeks, so that the later one has days to compare with.
PROMOTIONS = {
    "promotions": [
        {
            "promotion": "盛夏",
            "first_day": main_day - timedelta(days=1),
            "main_day": main_day,
            "last_day": main_day + timedelta(days=days_after),
            "is_assumption": True,
        }
        for main_day, days_after in ((date(2024, 7, 6), 1), (date(2024, 7, 19), 3))
    ]
}
# Two days after the last export of four weeks.
_NOW = "2024-07-31T10:00:00+08:00"


@dataclass(frozen=True)
class MarketHome:
    """A home, its register by merchant, what was put into it, and what must be in it."""

    home: Home
    merchants: dict[str, dict[str, Any]]
    delivered: list[Delivered]
    truth: Truth
    report: IngestReport

    def rows(self, mart: str, columns: Sequence[str], where: str = "true") -> list[tuple[Any, ...]]:
        """These columns of the rows of a mart, if it was built."""
        with duckdb.connect() as connection:
            # Opened by itself, the file would be called marts, and so is a schema in it.
            connection.execute(f"attach '{self.home.marts_db}' as build (read_only)")
            return connection.sql(
                f"select {', '.join(columns)} from build.marts.{mart} where {where}"
            ).fetchall()


def ingested_market(folder: Path, *, merchants: int = 6, weeks: int = 3) -> MarketHome:
    """So many merchants and weeks with their mishaps, taken in."""
    world = invent_world(merchants=merchants, weeks=weeks)
    register = register_of(world)
    home = Home(folder / "H")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", _NOW)
        homes.make_home(home)
        home.register_file.write_text(
            yaml.safe_dump(register, allow_unicode=True), encoding="utf-8"
        )
        (home.rulebook / "promotions.yml").write_text(
            yaml.safe_dump(PROMOTIONS, allow_unicode=True), encoding="utf-8"
        )
        delivered = write_world(world, home.inbox)
        with open_workspace(home) as workspace:
            report = ingest(workspace)
    registered = {one["merchant_id"]: one for one in register["merchants"]}
    return MarketHome(home, registered, delivered, truth_of(world), report)


def built_market(folder: Path) -> MarketHome:
    """Ten merchants and four weeks, so that every cause of a difference to 千帆 is among them, with
    every mart built and tested."""
    market = ingested_market(folder, merchants=10, weeks=4)
    run_dbt(market.home, "build", "--exclude-resource-type", "unit_test", "--exclude", "tag:weekly")
    return market
