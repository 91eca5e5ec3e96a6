"""Two processes that land one inbox at once: each file exactly once, whoever is first."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from landing_kit import put
from sqlalchemy import func, select

from orchestration.flow.workspace import home_lock, open_workspace
from orchestration.home import Home
from orchestration.state.models import File, Receipt

pytestmark = pytest.mark.slow

FILES = 300

# Tells when it has begun, so that both wait for the home at the same moment.
_LAND = """
import json, sys
from pathlib import Path
from orchestration.flow.landing.land import land
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
tell = lambda sentence: print(sentence, flush=True)
with open_workspace(Home(Path(sys.argv[1])), tell) as workspace:
    landed = land(workspace)
print(json.dumps([item.is_new for item in landed]))
"""


def test_two_landings_of_one_inbox_wait_for_each_other_and_take_every_file_once(
    home: Home,
) -> None:
    for number in range(FILES):
        put(home, f"m00{number % 2 + 1}/{number}.csv", b"%d" % number)
    with home_lock(home):
        running = [
            subprocess.Popen(
                [sys.executable, "-c", _LAND, home.root], stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        for process in running:
            assert process.stdout is not None
            assert "waiting for it to finish" in process.stdout.readline()
    ends = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert sorted(sum(json.loads(end)) for end in ends) == [0, FILES]
    assert [len(json.loads(end)) for end in ends] == [FILES, FILES]
    with open_workspace(home) as workspace, workspace.store.session() as session:
        for table in (File, Receipt):
            assert session.scalar(select(func.count()).select_from(table)) == FILES
    assert sum(path.is_file() for path in home.landing.rglob("*")) == FILES
