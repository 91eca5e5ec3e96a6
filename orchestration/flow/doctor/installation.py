"""The installation: versions, disk, clock, and who else works on the files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select

from orchestration.flow.doctor.finding import Finding
from orchestration.flow.workspace import Workspace
from orchestration.home import PROJECT_ROOT, Home
from orchestration.periods import BUSINESS_ZONE, last_closed_week
from orchestration.settings import fixed_clock, machine_zone, now
from orchestration.state.models import Delivery, File, Reading, Receipt
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
# When the shipped schedule runs.
_NINE_THIRTY = time(9, 30)
# Such as CET-1CEST or <+08>-8, which need no database.
_POSIX_RULE = re.compile(r"([A-Za-z]{3,}|<[A-Za-z0-9+-]+>)[+-]?\d")
# As old as the installation.
_CODE = Path(__file__)


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
    """The clock goes on from where it was, and is not behind what was made before."""
    moment, fixed = now(), fixed_clock()
    if fixed:
        yield Finding(
            "note", f"The clock stands still at {moment:%Y-%m-%d %H:%M} UTC; unset SEEDBED_NOW."
        )
    told = {"this home has worked": _newest(workspace, Receipt.received_at, Delivery.claimed_at)}
    if not fixed:
        told["this Seedbed was installed"] = datetime.fromtimestamp(_CODE.stat().st_mtime, tz=UTC)
    later = {what: then for what, then in told.items() if then and then > moment + _CLOCK_TOLERANCE}
    for what, then in islice(later.items(), 1):
        yield Finding(
            "fault",
            f"The clock is wrong: it says {moment:%Y-%m-%d %H:%M} UTC, and {what} at "
            f"{then:%Y-%m-%d %H:%M} already; set the clock, e.g. timedatectl set-ntp true.",
        )
    ahead = None if later else _ahead(workspace, moment + _CLOCK_TOLERANCE)
    if ahead is not None:
        yield Finding(
            "fault",
            f"The clock, or the name of a file, is wrong: it says {moment:%Y-%m-%d %H:%M} UTC, and "
            f"{ahead.merchant_id}'s file {ahead.file_sha256[:8]} was exported at "
            f"{ahead.effective_at:%Y-%m-%d %H:%M}; set the clock, e.g. timedatectl set-ntp true, "
            f"or `seedbed ingest --withdraw {ahead.file_sha256[:8]}` and drop the file under its "
            "true name.",
        )
        return
    if not later and not fixed:
        yield Finding("ok", f"The clock says {moment.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}.")


def _newest(workspace: Workspace, *columns: Any) -> datetime | None:
    with workspace.store.session() as session:
        moments = [session.scalar(select(func.max(column))) for column in columns]
    return max((moment.replace(tzinfo=UTC) for moment in moments if moment), default=None)


def _ahead(workspace: Workspace, moment: datetime) -> Reading | None:
    """What counts and says of itself that it was exported later than now, the latest first.

    A time in a name is one of Shanghai: a machine whose UTC is another zone's clock lags behind it.
    """
    query = (
        select(Reading)
        .join(
            File,
            (File.merchant_id == Reading.merchant_id) & (File.file_sha256 == Reading.file_sha256),
        )
        .where(
            File.status == "loaded",
            ~Reading.is_effective_at_assumed,
            Reading.effective_at > moment,
        )
        .order_by(Reading.effective_at.desc(), Reading.file_sha256)
        .limit(1)
    )
    with workspace.store.session() as session:
        return session.scalars(query).first()


def zone(_: Workspace) -> Iterator[Finding]:
    """Weeks are those of China, and whoever writes lines of cron knows the hour of this machine."""
    if not _is_known(str(BUSINESS_ZONE)):
        yield Finding(
            "fault",
            f"No database of time zones on this machine has {BUSINESS_ZONE}, which schedules and "
            "merchants' nights go by; install one, e.g. pip install --force-reinstall tzdata.",
        )
        return
    if datetime(2024, 9, 16, tzinfo=BUSINESS_ZONE).utcoffset() != _OFFSET:
        yield Finding(
            "fault",
            f"The time zone {BUSINESS_ZONE} is wrong on this machine: it is not 8 hours before "
            "UTC; install tzdata again, e.g. pip install --force-reinstall tzdata.",
        )
        return
    wanted = machine_zone()
    if wanted and not _is_known(wanted):
        yield Finding(
            "fault",
            f"TZ={wanted} names no time zone, so cron and other programs take UTC; write it like "
            "Asia/Shanghai, or unset it.",
        )
        return
    monday = datetime.combine(last_closed_week(now()).monday, _NINE_THIRTY, BUSINESS_ZONE)
    here = monday.astimezone()
    if here.utcoffset() == _OFFSET:
        yield Finding("ok", "This machine has the time of Asia/Shanghai, as weeks have.")
    else:
        yield Finding(
            "note",
            f"Weeks are counted in Asia/Shanghai, and this machine is in {here:%Z (UTC%z)}: Monday "
            f"09:30 there is {here:%A %H:%M} here, in cron; `seedbed ui` minds it by itself.",
        )


def _is_known(wanted: str) -> bool:
    """Whether the C library knows a zone: a name of the database, a file, or a rule of POSIX."""
    name = wanted.removeprefix(":")
    if _POSIX_RULE.match(name):
        return True
    try:
        if not Path(name).is_file():
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # The last is a folder of the database, or a name as long as no file has.
        return False
    return True


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
