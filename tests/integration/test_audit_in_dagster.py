"""A mart that says what it may not: the run stops before it is published, says why, and is mended.

The commands are those of docs/runbook.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from homes import NOW, WEEK, Done, copy_home, drop, published
from monday_home import export
from runbook_page import Typist, rehearsing

from expectations.mart_suite import mart_names
from orchestration.flow.audit import STAGES, last_audit
from orchestration.flow.workspace import glance_at
from orchestration.home import PROJECT_ROOT, Home

pytestmark = pytest.mark.slow

_MARTS = ("fct_orders", "fct_coverage", "fct_merchant_weeks")


@dataclass(frozen=True)
class Stopped:
    """A home that was fine, and whose marts then broke a rule."""

    home: Path
    build_before: Path
    tables_before: dict[str, list[tuple[Any, ...]]]
    suites: Path
    page: Typist
    done: Done


def _current(home: Path) -> Path:
    return (home / "published" / "current.duckdb").resolve()


def _stricter_suites(folder: Path) -> Path:
    """The suites with a rule that no day of m002 keeps, and a query that cannot be run."""
    shutil.copytree(PROJECT_ROOT / "expectations", folder / "expectations")
    for mart, name, condition in (
        ("fct_coverage", "evidence_is_known", "merchant_id = 'm002'"),
        ("fct_orders", "amounts_are_of_a_usual_size", "no_such_column"),
    ):
        path = folder / "expectations" / "suites" / "marts" / f"{mart}.yml"
        suite = yaml.safe_load(path.read_text(encoding="utf-8"))
        kwargs = next(one["kwargs"] for one in suite["expectations"] if one["name"] == name)
        keys = ", ".join(suite["keys"])
        kwargs["unexpected_rows_query"] = f"select {keys} from {{batch}} where {condition}"
        path.write_text(yaml.safe_dump(suite, allow_unicode=True), encoding="utf-8")
    return folder / "expectations" / "suites" / "marts"


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory, undisturbed: Path) -> Iterator[Stopped]:
    folder = tmp_path_factory.mktemp("stopped")
    home = copy_home(undisturbed, folder / "H")
    before, tables = _current(home), published(home, _MARTS)
    suites = _stricter_suites(folder)
    # Another shop's: m002 has delivered nothing before.
    wrong = export(folder, datetime(2024, 9, 9, 9, 30), date(2024, 8, 26), date(2024, 9, 8))  # noqa: DTZ001
    drop(home, "m002", [wrong])
    paths = [str(folder), str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")]
    sha = hashlib.sha256(wrong.read_bytes()).hexdigest()[:8]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
        words = {"W": WEEK[1], "SHA": sha}
        with rehearsing("New tables are not published", home, patch, **words) as page:
            patch.setenv("SEEDBED_NOW", NOW)
            yield Stopped(home, before, tables, suites, page, page.types("run"))


def test_a_plain_run_had_asked_every_mart_and_nothing_failed(undisturbed: Path) -> None:
    with glance_at(Home(undisturbed)) as workspace:
        found = [last_audit(workspace, stage) for stage in STAGES]
    asked = [mart for audit in found for mart in audit.marts]
    assert sorted(mart["mart"] for mart in asked) == list(mart_names())
    assert not [
        (mart["mart"], one["name"])
        for mart in asked
        for one in mart["expectations"]
        if not one["passed"]
    ]
    assert found[1].build_id == _current(undisturbed).stem


def test_the_command_fails_and_says_mart_rule_rows_and_mend(stopped: Stopped) -> None:
    assert (stopped.done.code, stopped.done.out) == (1, "")
    told = " ".join(stopped.done.err.split())
    days = len(stopped.tables_before["fct_coverage"])
    assert "Error: marts.fct_coverage: " in told
    assert "rows fail evidence_is_known (m002 qianfan__orders 2024-08-26; " in told
    assert "Teach int_coverage_days how strong the new evidence is" in told
    # Its two weeks, of more days than were published.
    failing, rows = told.partition("marts.fct_coverage: ")[2].split()[0:3:2]
    assert (int(failing), int(rows)) == (14, days + 14)
    assert "Error: marts.fct_orders: amounts_are_of_a_usual_size gives no answer: " in told
    assert 'Referenced column "no_such_column" not found' in told
    assert "Traceback" not in told


def test_readers_keep_the_build_that_they_had(stopped: Stopped) -> None:
    assert _current(stopped.home) == stopped.build_before
    assert published(stopped.home, _MARTS) == stopped.tables_before


def test_nothing_behind_the_audit_runs(stopped: Stopped) -> None:
    logs = sorted((stopped.home / "dagster" / "log").glob("*.jsonl"))
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    last = [line for line in lines if line["run_id"] == lines[-1]["run_id"]]
    started = {line["step"] for line in last if line["event"] == "STEP_START"}
    assert {"dbt_data", "audit_data_marts"} <= started
    behind = ("published__", "dbt_weekly", "audit_weekly", "digests", "quality")
    assert not [step for step in started if step.startswith(behind)]
    checks = [line["message"] for line in last if line["event"] == "ASSET_CHECK_EVALUATION"]
    for name in ("evidence_is_known", "amounts_are_of_a_usual_size"):
        assert [told for told in checks if name in told], checks[:3]


def test_the_page_leads_out_of_it(stopped: Stopped) -> None:
    page, home = stopped.page, stopped.home
    told = page.types("doctor")
    assert (told.code, "New tables are not published: marts.fct_coverage" in told.out) == (1, True)

    assert page.types("ingest --withdraw").code == 0
    rule = "fct_orders.yml"
    shutil.copyfile(
        PROJECT_ROOT / "expectations" / "suites" / "marts" / rule, stopped.suites / rule
    )
    again = page.types("run")
    assert again.code == 3, again.out + again.err  # m002 delivered nothing
    assert _current(home) != stopped.build_before
    assert published(home, _MARTS) == stopped.tables_before
    assert "New tables are not published" not in page.types("doctor").out
