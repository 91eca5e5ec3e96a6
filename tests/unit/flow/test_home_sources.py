"""A source that only the home's own layouts know: its rows pass the gate like all others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from flow_kit import account, run_ingest

from orchestration.flow.doctor.examine import examine
from orchestration.home import Home

SOURCE = "example__visits"
_LAYOUT = (
    "source,effective_from,title,family,coverage,bridge_days,replace_by,date_columns,breakdowns,"
    "export_time_pattern,period_pattern,skip_when,skip_reason\n"
    f"{SOURCE},2020-01-01,Visits per day,,rows,0,stat_date,stat_date,,,,,\n"
)
_COLUMNS = (
    "column,header,type,required,valid_from,certainty,note\n"
    "stat_date,到访日,date,value,,seen,\n"
    "visits,到访数,integer,value,,seen,\n"
)


def teach(home: Home) -> None:
    folder = home.layouts / SOURCE
    folder.mkdir()
    (folder / "layout.csv").write_text(_LAYOUT, encoding="utf-8")
    (folder / "columns.csv").write_text(_COLUMNS, encoding="utf-8")


def drop(home: Home, *lines: str) -> Path:
    path = home.inbox / "m001" / "visits.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["到访日,到访数", *lines]) + "\n", encoding="utf-8")
    return path


def test_its_rows_are_loaded_and_those_that_cannot_be_read_are_set_aside(home: Home) -> None:
    teach(home)
    drop(home, "2024-09-02,5", "2024-09-03,some", ",7")
    report = run_ingest(home)
    file = account(report, "m001")
    assert (file.source, file.status, file.rows_loaded) == (SOURCE, "loaded", 1)
    assert file.quarantined_by_rule == {"visits_unreadable": 1, "stat_date_missing": 1}
    rows = pq.read_table(home.raw / SOURCE).to_pylist()
    assert [row["visits"] for row in rows] == [5]


def test_a_file_of_nothing_but_unreadable_rows_is_held_with_a_sentence(home: Home) -> None:
    teach(home)
    drop(home, "2024-09-02,some")
    file = account(run_ingest(home), "m001")
    assert file.status == "held"
    assert "1 of 1 rows are rejected (visits_unreadable 1)" in (file.reason or "")


def test_the_doctor_says_how_little_is_checked(home: Home) -> None:
    teach(home)
    sentences = [finding.sentence for finding in examine(home)]
    assert any(f"{SOURCE} has no suite of its own" in sentence for sentence in sentences)


@pytest.mark.slow
def test_dagster_has_an_asset_and_a_gate_for_it(home: Home) -> None:
    teach(home)
    describe = (
        "from orchestration.definitions import defs; "
        "graph = defs().get_repository_def().asset_graph; "
        "print(*(f'{c.asset_key.to_user_string()}:{c.name}' for c in graph.asset_check_keys))"
    )
    done = subprocess.run(
        [sys.executable, "-c", describe],
        env={**os.environ, "SEEDBED_HOME": str(home.root)},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"raw/{SOURCE}:rows_are_readable" in done.stdout.split()
    assert f"raw/{SOURCE}:structure" in done.stdout.split()
