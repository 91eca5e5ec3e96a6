"""Make a home: folders, settings, keys, state, and an empty table for every source."""

from __future__ import annotations

import uuid
from pathlib import Path

import yaml

from orchestration.files import write_private
from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.identity import identity_key
from orchestration.flow.workspace import Notify, open_workspace
from orchestration.home import HOME_VERSION, Home
from orchestration.incentives.rulebook import install_default_rulebook
from orchestration.samples.demo import write_demo

_SETTINGS = """\
# Settings of this home; the environment wins over them, e.g. SEEDBED_GATE__MAX_FILE_SHARE=0.1
home_version = {version}
home_id = "{home_id}"

[gate]
# A file with a larger share of rejected rows is held whole.
max_file_share = 0.2

[inbox]
# Where files are dropped: empty is inbox/ of this home; otherwise any address that fsspec opens,
# such as s3://bucket/folder. Its first folder is the merchant's too. What the file system there
# needs, a key or a host, stands in the environment or in [inbox.options].
url = ""
# A file is taken when nobody has changed it for so long.
settle_seconds = 5

[duckdb]
memory_limit = "1GB"
threads = 2

[schedule]
# Monday 09:30, Asia/Shanghai.
cron = "30 9 * * 1"
first_week = "2020-01-06"

[heartbeat]
# An address of a watcher that expects a call each week and alarms when none comes; rather set it as
# SEEDBED_HEARTBEAT__URL, for who knows it can call it.
url = ""
"""

_REGISTER = """\
# The register: one entry per merchant; `merchant_id` is also its folder in inbox/.
merchants: []
team:
  locale: en
  recipients: []
"""

# One run at a time: all runs of a home write the same DuckDB files.
_DAGSTER = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""


def _write_once(path: Path, text: str) -> None:
    if not path.exists():
        write_private(path, text.encode())


def make_home(home: Home, *, sample: bool = False, notify: Notify | None = None) -> None:
    """Make a home, or complete one; nothing that is there is overwritten.

    With `sample`, merchants and exports to try it with are put into an empty register and inbox.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    home.root.chmod(0o700)
    for folder in home.folders:
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    _write_once(
        home.settings_file, _SETTINGS.format(version=HOME_VERSION, home_id=uuid.uuid4().hex)
    )
    if sample and not home.register_file.exists():
        register = write_demo(home.inbox)
        text = yaml.safe_dump(register, allow_unicode=True, sort_keys=False)
        _write_once(home.register_file, "# Sample merchants; their names are invented.\n" + text)
    _write_once(home.register_file, _REGISTER)
    _write_once(home.dagster / "dagster.yaml", _DAGSTER)
    install_default_rulebook(home.rulebook)
    with open_workspace(home, notify) as workspace:
        workspace.store.remember("home_id", workspace.settings.home_id)
        identity_key(workspace)
        hand_over(workspace)
        hand_over_weeks(workspace, [])
