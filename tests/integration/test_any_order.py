"""The tables depend on the files, not on order, batches, repeats, rebuilds or restarts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from homes import WEEK, copy_home, drop, make_home, published, same_key, seedbed

pytestmark = pytest.mark.slow


def test_another_order_other_batches_and_repeats_give_the_same_tables(
    tmp_path: Path, exports: list[Path], undisturbed: Path
) -> None:
    home = make_home(tmp_path / "H", "m001", "m002")
    same_key(home, undisturbed)
    drop(home, "m001", [exports[3], exports[1]])
    assert seedbed("ingest", home=home).code == 0
    drop(home, "m001", [exports[2], exports[0], exports[1]])
    assert seedbed("run", *WEEK, home=home).code == 3
    assert published(home) == published(undisturbed)


def test_a_withdrawn_file_takes_exactly_its_rows_away(
    tmp_path: Path, exports: list[Path], undisturbed: Path
) -> None:
    without = make_home(tmp_path / "without", "m001", "m002")
    same_key(without, undisturbed)
    drop(without, "m001", exports[:3])
    assert seedbed("run", *WEEK, home=without).code == 3

    withdrawn = copy_home(undisturbed, tmp_path / "withdrawn")
    report = json.loads(seedbed("ingest", "--json", home=withdrawn).out)
    sha = next(f["file_sha256"] for f in report["files"] if f["file_name"] == exports[3].name)
    assert seedbed("ingest", "--withdraw", sha[:12], home=withdrawn).code == 0
    assert seedbed("run", *WEEK, home=withdrawn).code == 3
    assert published(withdrawn) == published(without)

    assert seedbed("ingest", "--reinstate", sha[:12], home=withdrawn).code == 0
    assert seedbed("run", *WEEK, home=withdrawn).code == 3
    assert published(withdrawn) == published(undisturbed)


def _statuses(home: Path) -> dict[str, Any]:
    report = json.loads(seedbed("ingest", "--json", home=home).out)
    return {file["file_name"]: file["status"] for file in report["files"]}


def test_a_withdrawn_file_stays_out_though_it_lies_in_the_inbox(
    tmp_path: Path, exports: list[Path]
) -> None:
    home = make_home(tmp_path / "H", "m001")
    drop(home, "m001", exports[:1])
    report = json.loads(seedbed("ingest", "--json", home=home).out)
    sha = report["files"][0]["file_sha256"]
    assert seedbed("ingest", "--withdraw", sha, home=home).code == 0
    assert _statuses(home) == {exports[0].name: "withdrawn"}
