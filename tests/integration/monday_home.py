"""A Monday on which much has gone wrong, of two synthetic merchants with readers in Slack.

m001 has delivered both weeks, and then the orders of another shop; m002 only half of the second
week. An invented programme has a threshold that is ten times too high. The week is run with all of
this, and nobody is told yet.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import yaml
from homes import drop, make_home, merchant, seedbed

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import make_world

WORLD = make_world(seed=7, first_day=date(2024, 8, 26), weeks=2, orders_a_week=30)
OTHER_SHOP = make_world(seed=99, first_day=date(2024, 8, 26), weeks=2, orders_a_week=10)
BAD_FILE = export_name(datetime(2024, 9, 9, 9, 50))  # noqa: DTZ001
# m001 sells for 24,000 yuan in the week.
THRESHOLD, WRONG_THRESHOLD = 20_000, 200_000
FIRST_ROOM, SECOND_ROOM, TEAM_ROOM = "C0000011", "C0000012", "C0000001"
MONDAY, TUESDAY_EVENING = "2024-09-09T10:00:00+08:00", "2024-09-10T18:00:00+08:00"
WEEK = "2024-W36"
PROGRAMME = "synthetic_weekly_sales"
_RULES = """
programme: synthetic_weekly_sales
name: {zh: 周销售激励, en: Weekly sales, it: Vendite settimanali}
versions:
  - version: 1
    recorded_at: 2024-08-01T00:00:00+08:00
    valid_from: 2024-08-01
    valid_to:
    provenance: {source: invented, quoted_on: 2024-08-01, certainty: A, is_assumption: false}
    window: {kind: weekly}
    gates: []
    goals: []
    reward:
      unit: exposures
      mode: highest_only
      measure: {metric: gmv, basis: level}
      tiers:
        - {from: THRESHOLD, amount: 3000}
    exclusive: []
"""


def rule(home: Path, threshold: int) -> None:
    """Write the invented programme: a week of so many yuan brings 3,000 exposures."""
    text = _RULES.replace("THRESHOLD", str(threshold))
    (home / "rulebook" / "programmes" / f"{PROGRAMME}.yml").write_text(text, encoding="utf-8")


def export(folder: Path, moment: datetime, first: date, last: date) -> Path:
    """A synthetic export of the orders of these days."""
    path = folder / export_name(moment)
    write_orders(path, order_rows(WORLD.between(first, last)))
    return path


def with_exports(folder: Path) -> Path:
    """The home before its week is run."""
    home = make_home(folder / "H", "m001", "m002")
    rooms = {"m001": FIRST_ROOM, "m002": SECOND_ROOM}
    register = {
        "merchants": [
            merchant(name, recipients=[{"channel": "slack", "address": room, "digest": "merchant"}])
            for name, room in rooms.items()
        ],
        "team": {"recipients": [{"channel": "slack", "address": TEAM_ROOM, "digest": "data_team"}]},
    }
    (home / "merchants.yml").write_text(yaml.safe_dump(register), encoding="utf-8")
    whole = export(folder, datetime(2024, 9, 9, 9, 30), date(2024, 8, 26), date(2024, 9, 8))  # noqa: DTZ001
    half = export(folder, datetime(2024, 9, 5, 9, 30), date(2024, 8, 26), date(2024, 9, 4))  # noqa: DTZ001
    drop(home, "m001", [whole])
    drop(home, "m002", [half])
    return home


def run_monday(folder: Path) -> None:
    """The home after its week was run, with nobody told."""
    home = with_exports(folder)
    bad = folder / BAD_FILE
    write_orders(bad, order_rows(OTHER_SHOP.orders))
    drop(home, "m001", [bad])
    rule(home, WRONG_THRESHOLD)
    done = seedbed("run", home=home, SEEDBED_NOW=MONDAY)
    assert done.code == 0, done.out + done.err
