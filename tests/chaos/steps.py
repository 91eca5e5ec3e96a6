"""The steps of a week, as the job of a Monday runs them, without Dagster around them.

Each is called in a process of its own, on the home that its process names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml

from orchestration.flow.audit import audit
from orchestration.flow.digests.composing import compose
from orchestration.flow.digests.delivering import send_week
from orchestration.flow.gate import gate
from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.homes import make_home
from orchestration.flow.landing.land import land
from orchestration.flow.models import DBT_FOLDER
from orchestration.flow.publishing import (
    building_data,
    building_weeks,
    publish_data,
    publish_weeks,
)
from orchestration.flow.reading.read import read_landed
from orchestration.flow.sources import sources
from orchestration.flow.surprises import compare_and_hold
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.samples.market.deliver import write_world
from orchestration.samples.market.world import invent_world, register_of

FIRST_DAY = date(2024, 7, 1)
WEEK = Week(date(2024, 7, 15))
# After the cut-off of Tuesday evening, so that every digest leaves, whatever export is missing.
NOW = "2024-07-23T18:30:00+08:00"
Step = Callable[[Home], object]


def write_inbox(home: Home, merchants: int = 4) -> None:
    """A new home with three synthetic weeks of a few merchants in its inbox, faulty files too."""
    make_home(home)
    world = invent_world(merchants=merchants, weeks=3, orders_a_week=10, first_day=FIRST_DAY)
    register = yaml.safe_dump(register_of(world), allow_unicode=True)
    home.register_file.write_text(register, encoding="utf-8")
    write_world(world, home.inbox)


def slack_rooms(home: Home) -> set[str]:
    """Every Slack address of the register."""
    register = yaml.safe_load(home.register_file.read_text(encoding="utf-8"))
    everybody = [*register["merchants"], register["team"]]
    recipients = [reader for one in everybody for reader in one["recipients"]]
    return {reader["address"] for reader in recipients if reader["channel"] == "slack"}


def ingest(home: Home) -> None:
    """Archive and read what lies in the inbox."""
    with open_workspace(home) as workspace:
        land(workspace)
        read_landed(workspace)


def judge(home: Home) -> None:
    """The gate of every source, and the hand-overs."""
    with open_workspace(home) as workspace:
        for source in sources(home):
            gate(workspace, source)
        hand_over(workspace)


def ingest_and_judge(home: Home) -> None:
    """What `seedbed ingest` does."""
    ingest(home)
    judge(home)


def build(home: Home) -> None:
    """The models of the data, with their tests."""
    with open_workspace(home) as workspace, building_data(workspace, is_whole=True) as words:
        _dbt("--exclude", "tag:weekly", *words)


def publish(home: Home) -> None:
    """The marts as readers see them."""
    with open_workspace(home) as workspace:
        audit(workspace, "data")
        compare_and_hold(workspace)
        publish_data(workspace)


def decide(home: Home) -> None:
    """The models of the week, and the build with the decided week."""
    with open_workspace(home) as workspace:
        hand_over_weeks(workspace, [WEEK])
        with building_weeks(workspace):
            _dbt("--select", "tag:weekly")
        audit(workspace, "weeks")
        publish_weeks(workspace, [WEEK])


def compose_week(home: Home) -> None:
    """The digests of the week."""
    with open_workspace(home) as workspace:
        compose(workspace, WEEK)


def deliver(home: Home) -> None:
    """Every digest to its readers."""
    with open_workspace(home) as workspace:
        send_week(workspace, WEEK)


def whole_command(home: Home) -> None:
    """`seedbed run --send`, Dagster and dbt's own process included."""
    from orchestration.cli import main

    sys.argv = ["seedbed", "run", "--week", WEEK.key, "--send", "--home", str(home.root)]
    main()


# In the order of a week: what one leaves, the next one is given.
STEPS: dict[str, Step] = {
    "ingest": ingest,
    "gate": judge,
    "build": build,
    "publish": publish,
    "decide": decide,
    "compose": compose_week,
    "delivery": deliver,
}
END = "end"


def next_of(step: str) -> str:
    """The step that comes after another one."""
    names = [*STEPS, END]
    return names[names.index(step) + 1]


def _dbt(*words: str) -> None:
    """A process of its own, as in a run, but one that has imported dbt already."""
    pid = os.fork()
    if pid == 0:
        from dbt.cli.main import dbtRunner

        folder = str(DBT_FOLDER)
        ask = ["--quiet", "build", "--exclude-resource-type", "unit_test", *words]
        done = dbtRunner().invoke([*ask, "--project-dir", folder, "--profiles-dir", folder])
        os._exit(0 if done.success else 1)
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"dbt ended with {os.waitstatus_to_exitcode(status)}")


def work_of(folder: Path) -> Home:
    """The one place at which homes are disturbed: what was imported for it is right for all."""
    return Home(folder / "home")
