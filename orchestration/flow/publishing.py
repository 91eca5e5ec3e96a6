"""Step 5: publish a build under a name that says what it was made from.

What the marts were made from is written down when dbt begins and confirmed when it ends well; a
build is named after that, never after what the hand-overs have become since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Literal

import pyarrow.parquet as pq

from orchestration.flow.faults import audit_step, faults_of, remember_faults
from orchestration.flow.rulebook import keep_as_decided
from orchestration.flow.workspace import Workspace
from orchestration.home import PROJECT_ROOT
from orchestration.periods import Week
from orchestration.warehouse.connect import wait_until_free
from orchestration.warehouse.handover import EMPTY, fingerprint
from orchestration.warehouse.kept_rows import kept_rows_rules, remember_kept_rows_rules
from orchestration.warehouse.publish import Build, publish

# What decides, besides the data, what a build holds: the models, what the gate lets in, and what
# marts may say.
_RULES = (PROJECT_ROOT / "dbt_project", PROJECT_ROOT / "expectations" / "suites")
# What runs them: another release may round or rank otherwise.
_ENGINES = ("duckdb", "dbt-duckdb")
_DATA, _WEEKS = "built_data", "built_weeks"
# Of which files the tables are: those that are built, and those that readers see.
_BUILT_FILES, _READ_FILES = "built_files", "published_files"
Stage = Literal["data", "weeks"]


class BuildError(Exception):
    """The marts are not what they should be made from; the message says what to run."""


def _rules_hash() -> str:
    digest = hashlib.sha256()
    for folder in _RULES:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".sql", ".yml", ".csv"):
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _kept_rows_rules(workspace: Workspace) -> str:
    """What decides, besides files and their rows, the rows that models keep from run to run."""
    columns = [
        f"{path.parent.name} {pq.read_schema(path)}"
        for path in sorted(workspace.home.raw.glob(f"*/{EMPTY}"))
    ]
    engines = [f"{name} {version(name)}" for name in _ENGINES]
    return hashlib.sha256("\n".join([_rules_hash(), *engines, *columns]).encode()).hexdigest()


def data_build_id(workspace: Workspace) -> str:
    """Ten hex digits over everything that a data build is made from; the same inputs, the same id.

    Raw rows are named by the manifest (file, layout and reader revision), so it stands for them.
    """
    names = sorted(path for path in workspace.home.handover.glob("*.parquet"))
    inputs = [path for path in names if path.stem != "weeks"]
    return hashlib.sha256(f"{fingerprint(inputs)}{_rules_hash()}".encode()).hexdigest()[:10]


def _handed_weeks(workspace: Workspace) -> str:
    table = pq.read_table(workspace.home.handover / "weeks.parquet")
    return _label([Week(monday) for monday in table["week"].to_pylist()])


def _files_handed_over(workspace: Workspace) -> str:
    return fingerprint([workspace.home.handover / "files.parquet"])[:10]


def refuse_other_files(workspace: Workspace, week: Week) -> None:
    """See that readers see the tables of the files that count now.

    Raises:
        BuildError: one came in, was withdrawn or was read otherwise since.
    """
    # A home of an earlier release has not written down of which files its marts are.
    read = workspace.store.fact(_READ_FILES)
    if read and read != _files_handed_over(workspace):
        raise BuildError(
            "Files came in, or were withdrawn, since tables were published, so figures are not "
            f"yet what they will be; `seedbed run --week {week.key}` first, then this again."
        )


def _label(weeks: Sequence[Week]) -> str:
    """`2024-W37`, or `2024-W30..2024-W37` for a range."""
    if not weeks:
        return "none"
    first, last = min(weeks), max(weeks)
    return first.iso if first == last else f"{first.iso}..{last.iso}"


@contextmanager
def building_data(workspace: Workspace, *, is_whole: bool) -> Iterator[list[str]]:
    """Around dbt's data build: while it runs, and if it fails, the marts are made of nothing.

    A part of the models leaves the marts whole only if nothing else has changed. Gives the words
    that dbt needs besides: rows that were kept under other rules are made again.
    """
    _make_room(workspace)
    home, limits, rules = workspace.home, workspace.settings.duckdb, _kept_rows_rules(workspace)
    is_kept = kept_rows_rules(home, limits) == rules
    if not is_kept:
        # Killed on the way, some rows are of these rules and some of those before.
        remember_kept_rows_rules(home, limits, None)
    before, made_from = workspace.store.fact(_DATA), data_build_id(workspace)
    files = _files_handed_over(workspace)
    workspace.store.remember(_DATA, "")
    workspace.store.remember(_WEEKS, "")
    _forget_audit(workspace, "data")
    _forget_audit(workspace, "weeks")
    yield [] if is_kept else ["--full-refresh"]
    if is_whole and not is_kept:
        remember_kept_rows_rules(home, limits, rules)
    if is_whole or before == made_from:
        workspace.store.remember(_DATA, made_from)
        workspace.store.remember(_BUILT_FILES, files)


@contextmanager
def building_weeks(workspace: Workspace) -> Iterator[None]:
    """Around dbt's weekly build, which reads the marts and the hand-overs together.

    Raises:
        BuildError: the hand-overs are newer than the marts.
    """
    _make_room(workspace)
    if workspace.store.fact(_DATA) != data_build_id(workspace):
        raise BuildError(
            "The hand-overs have changed since the marts were built; run data_job, or "
            "`seedbed run`, and then decide the weeks again."
        )
    weeks = _handed_weeks(workspace)
    workspace.store.remember(_WEEKS, "")
    _forget_audit(workspace, "weeks")
    yield
    workspace.store.remember(_WEEKS, weeks)


def _make_room(workspace: Workspace) -> None:
    # A dbt left behind by a killed run still holds the files; two would fail, so wait.
    wait_until_free(workspace.home.warehouse_db, workspace.home.marts_db)


def built_id(workspace: Workspace, stage: Stage) -> str:
    """Names the build that the tables of a stage make; empty while they are not built whole."""
    data, weeks = workspace.store.fact(_DATA), workspace.store.fact(_WEEKS)
    if stage == "data":
        return data or ""
    return f"{data}-{weeks}" if data and weeks else ""


def remember_audit(workspace: Workspace, stage: Stage, build_id: str) -> None:
    """The marts of this build say nothing that they may not; holds until the next build begins."""
    workspace.store.remember(f"audited_{stage}", build_id)


def _forget_audit(workspace: Workspace, stage: Stage) -> None:
    remember_audit(workspace, stage, "")
    remember_faults(workspace, audit_step(stage), [])


def _refuse_unaudited(workspace: Workspace, stage: Stage) -> None:
    if workspace.store.fact(f"audited_{stage}") == built_id(workspace, stage):
        return
    raise BuildError(
        " ".join(faults_of(workspace, audit_step(stage)))
        or "Nobody has looked whether the built marts say what they may; run data_job and "
        "weeks_job, or `seedbed run`."
    )


def publishable_data(workspace: Workspace) -> str:
    """The name of the data build that readers may see.

    Raises:
        BuildError: no data build has ended well, or its marts have not passed their audit.
    """
    build_id = built_id(workspace, "data")
    if not build_id:
        raise BuildError("The marts are not built whole; run data_job, or `seedbed run`.")
    _refuse_unaudited(workspace, "data")
    return build_id


def publish_data(workspace: Workspace) -> Build:
    """Publish the marts; no decided week is among them.

    Raises:
        BuildError: as `publishable_data`.
    """
    build_id = publishable_data(workspace)
    return publish(
        workspace.home, build_id, include_reporting=False, limits=workspace.settings.duckdb
    )


def publish_weeks(workspace: Workspace, weeks: Sequence[Week]) -> Build:
    """Publish the marts with the weeks that the last weekly build decided.

    Raises:
        BuildError: the last weekly build decided other weeks, or none, or the marts have not
            passed their audit.
    """
    data, decided = workspace.store.fact(_DATA), workspace.store.fact(_WEEKS)
    if not data or decided != _label(weeks):
        raise BuildError(
            f"The last weekly build decided {decided or 'nothing'}, not {_label(weeks)}; "
            "another run came between: run these weeks again."
        )
    _refuse_unaudited(workspace, "data")
    _refuse_unaudited(workspace, "weeks")
    build = publish(
        workspace.home,
        built_id(workspace, "weeks"),
        include_reporting=True,
        limits=workspace.settings.duckdb,
    )
    workspace.store.remember(_READ_FILES, workspace.store.fact(_BUILT_FILES) or "")
    keep_as_decided(workspace.home)
    return build
