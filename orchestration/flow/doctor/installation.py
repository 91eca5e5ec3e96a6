"""The installation: versions, disk, clock, and who else works on the files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import func, select

from orchestration.flow.doctor.finding import Finding
from orchestration.flow.workspace import Workspace
from orchestration.home import PROJECT_ROOT, Home
from orchestration.periods import BUSINESS_ZONE
from orchestration.settings import fixed_clock, now
from orchestration.state.models import Delivery, Receipt
from orchestration.warehouse.connect import is_held

# A home grows by a few megabytes a week; below this a build's copy may not fit.
_MIN_FREE_BYTES = 2 * 1024**3
# The pins that were measured to work together; others may differ without harm.
_PINNED = (
    "dagster",
    "dagster-dbt",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "pandas",
    "sqlalchemy",
)
# Clocks of two machines that share a state differ by less.
_CLOCK_TOLERANCE = timedelta(minutes=5)
# China has had no summer time since 1991.
_OFFSET = timedelta(hours=8)


def pins() -> Iterator[Finding]:
    """Versions are those that were measured to work together."""
    constraints = PROJECT_ROOT / "constraints.txt"
    lines = (line.partition("==") for line in constraints.read_text("utf-8").splitlines())
    pinned = {name.lower().replace("_", "-"): wanted for name, _, wanted in lines}
    wrong = []
    for name in _PINNED:
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "not installed"
        if found != pinned.get(name):
            wrong.append(f"{name} {found} (pinned {pinned.get(name)})")
    if wrong:
        yield Finding("fault", f"Other versions than pinned: {', '.join(wrong)}; run `make setup`.")
    else:
        yield Finding("ok", f"The {len(_PINNED)} packages that matter are as pinned.")


def disk(home: Home) -> Iterator[Finding]:
    """There is room for a build."""
    free = shutil.disk_usage(home.root).free
    if free < _MIN_FREE_BYTES:
        yield Finding(
            "fault",
            f"Only {free / 1024**3:.1f} GB are free where {home.root} lies; a build needs room for "
            "a copy: make at least 2 GB free, e.g. seedbed gc.",
        )
    else:
        yield Finding("ok", f"{free / 1024**3:.0f} GB are free.")


def clock(workspace: Workspace) -> Iterator[Finding]:
    """The clock goes on from where it was, and the business zone is the one of China."""
    moment, fixed = now(), fixed_clock()
    if fixed:
        yield Finding(
            "note", f"The clock stands still at {moment:%Y-%m-%d %H:%M} UTC; unset SEEDBED_NOW."
        )
    newest = _newest_moment(workspace)
    if newest and newest > moment + _CLOCK_TOLERANCE:
        yield Finding(
            "fault",
            f"The clock is wrong: it says {moment:%Y-%m-%d %H:%M} UTC, and this home has worked at "
            f"{newest:%Y-%m-%d %H:%M} already; set the clock, e.g. timedatectl set-ntp true.",
        )
    elif not fixed:
        yield Finding("ok", f"The clock says {moment.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}.")
    if datetime(2024, 9, 16, tzinfo=BUSINESS_ZONE).utcoffset() != _OFFSET:
        yield Finding(
            "fault",
            "The time zone Asia/Shanghai is wrong on this machine: it is not 8 hours before UTC; "
            "install tzdata again, e.g. pip install --force-reinstall tzdata.",
        )


def _newest_moment(workspace: Workspace) -> datetime | None:
    with workspace.store.session() as session:
        moments = [
            session.scalar(select(func.max(column)))
            for column in (Receipt.received_at, Delivery.claimed_at)
        ]
    return max((moment.replace(tzinfo=UTC) for moment in moments if moment), default=None)


def databases(workspace: Workspace) -> Iterator[Finding]:
    """Nobody else holds the pipeline's own files; whoever looks at data opens the published one."""
    home = workspace.home
    taken = [path for path in (home.warehouse_db, home.marts_db) if is_held(path)]
    for path in taken:
        yield Finding(
            "fault",
            f"{path} is held by another process, and no run can build; find it with "
            f"`fuser {path}` and end it, and read {home.current_build} instead.",
        )
    if not taken:
        yield Finding("ok", "Nobody else holds the files of the warehouse.")
