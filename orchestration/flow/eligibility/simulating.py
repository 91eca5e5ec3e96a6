"""What another rulebook would decide: the same models, on the same data, in a folder aside.

Nothing of the home is written: the folder has copies of the warehouse files, and links to
everything else that dbt reads.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.flow.eligibility.comparing import Comparison, compare_decisions
from orchestration.flow.eligibility.listing import Asked, list_decisions
from orchestration.flow.eligibility.overrides import Override, apply_overrides
from orchestration.flow.models import DBT_FOLDER, dbt_command
from orchestration.flow.publishing import data_build_id
from orchestration.flow.rulebook import decided_rulebook
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.home import Home
from orchestration.incentives.programmes.differences import Difference, differences
from orchestration.incentives.rulebook import (
    Rulebook,
    compile_tables,
    install_default_rulebook,
    load_rulebook,
)
from orchestration.periods import Week
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.handover import write_handover

# Staging views of the rulebook name the home's own files, so they are made again, too.
_MODELS = ("path:models/eligibility", "path:models/staging,stg_seedbed__*")


@dataclass(frozen=True)
class Simulation:
    """What the rulebook says otherwise, and what that changes in the decided week."""

    build_id: str
    rules: tuple[Difference, ...]
    comparison: Comparison

    def as_dict(self) -> dict[str, Any]:
        return {
            "build_id": self.build_id,
            "rules": [one.as_dict() for one in self.rules],
            **self.comparison.as_dict(),
        }


def simulate(
    workspace: Workspace,
    rulebook: Path | None,
    overrides: Sequence[Override],
    watch: Callable[[str], None],
    base: Path | None = None,
) -> Simulation:
    """Decide the published week by another rulebook, and compare.

    Args:
        workspace: the home, locked.
        rulebook: a folder with the other rulebook; None takes the home's own.
        overrides: single values to change in it.
        watch: told what is being done.
        base: a folder with the rulebook to compare with; None compares with what was decided.

    Raises:
        RulebookError: the other rulebook cannot be used.
        HomeError: no week is decided, or the data has changed since it was.
    """
    home = workspace.home
    now_decided = list_decisions(home, Asked())
    if not now_decided.build_id.startswith(data_build_id(workspace)):
        raise HomeError(
            "Exports or rules have changed since the last build; run `seedbed run --week "
            f"{now_decided.week.key}` first, so that only the rulebook differs."
        )
    week = now_decided.week
    watch("deciding by the other rulebook")
    changed, then = _decided_by(workspace, rulebook, overrides, week)
    if base is None:
        current = load_rulebook(decided_rulebook(home) or home.rulebook)
        before = [one.as_dict() for one in now_decided.decisions]
    else:
        watch("deciding by the one to compare with")
        current, before = _decided_by(workspace, base, (), week)
    return Simulation(
        now_decided.build_id,
        tuple(differences(current.programmes, changed.programmes)),
        compare_decisions(week, before, then),
    )


def _decided_by(
    workspace: Workspace, rulebook: Path | None, overrides: Sequence[Override], week: Week
) -> tuple[Rulebook, list[dict[str, Any]]]:
    home = workspace.home
    with tempfile.TemporaryDirectory(dir=home.dagster, prefix="simulation-") as scratch:
        aside = _home_aside(home, Path(scratch))
        changed = _other_rulebook(home, aside, rulebook, overrides)
        _decide(aside)
        return changed, _decided(workspace, aside, week)


def _home_aside(home: Home, folder: Path) -> Home:
    aside = Home(folder)
    for path in aside.folders:
        path.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(home.settings_file, aside.settings_file)
    for file in (home.warehouse_db, home.marts_db):
        shutil.copyfile(file, folder / file.name)
    shutil.rmtree(aside.handover)
    aside.handover.mkdir()
    for path in home.handover.iterdir():
        (aside.handover / path.name).symlink_to(path)
    return aside


def _other_rulebook(
    home: Home, aside: Home, rulebook: Path | None, overrides: Sequence[Override]
) -> Rulebook:
    shutil.rmtree(aside.rulebook, ignore_errors=True)
    shutil.copytree(rulebook or home.rulebook, aside.rulebook)
    install_default_rulebook(aside.rulebook)
    apply_overrides(aside.rulebook, overrides)
    changed = load_rulebook(aside.rulebook)
    for name, rows in compile_tables(changed).items():
        # A link to the home's own hand-over must not be written through.
        (aside.handover / f"{name}.parquet").unlink(missing_ok=True)
        write_handover(aside, name, rows)
    return changed


def _decide(aside: Home) -> None:
    command, environment = dbt_command(aside, "run", "--select", *_MODELS)
    done = subprocess.run(
        command,
        cwd=DBT_FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise HomeError(f"The other rulebook cannot be decided: {done.stdout.strip()[-500:]}")


def _decided(workspace: Workspace, aside: Home, week: Week) -> list[dict[str, Any]]:
    limits = workspace.settings.duckdb
    with open_duckdb(aside, limits, aside.marts_db, read_only=True) as connection:
        found = connection.execute(
            # The file is called like the schema in it.
            "select * from marts.marts.fct_incentive_eligibility where week = $1",
            [week.monday],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
