"""A bounded run of the fuzz, whole ingests of broken files, and whether it would find a fault."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.flow import homes
from orchestration.flow.ingest import IngestReport, ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import PERSONAL_MARK
from tests.fuzz import workers
from tests.fuzz.cases import Case, case
from tests.fuzz.judge import Broken, a_judge
from tests.fuzz.seed_files import seeds

pytestmark = pytest.mark.slow

# With the two ingests below a minute on two idle cores.
SECONDS = 20
FILES = 60


def test_no_broken_file_breaks_a_promise() -> None:
    run = workers.run(SECONDS)
    assert run.faults == []
    assert run.fates["read"] > 50
    assert run.fates["refused"] > 50


def _ingested(root: Path, cases: Iterable[Case]) -> tuple[Home, IngestReport]:
    """A home into which these files were dropped, beside a valid one of every source."""
    home = Home(root)
    homes.make_home(home)
    entry = {
        "merchant_id": "m001",
        "name": {"en": "Example m001"},
        "joined_on": "2024-03-01",
        "shops": [{"shop_id": "s-1"}],
        "ad_accounts": [{"account_id": "7001", "platform": "juguang"}],
    }
    home.register_file.write_text(yaml.safe_dump({"merchants": [entry]}), encoding="utf-8")
    for number, one in enumerate(cases):
        # Names of one source are alike, and each tells its export time.
        folder = home.inbox / "m001" / f"{number}"
        folder.mkdir(parents=True)
        (folder / f"{number} {one.name}").write_bytes(one.content)
    for seed in (seed for seed in seeds() if seed.encoding == "utf-8"):
        (home.inbox / "m001" / f"valid {seed.source} {seed.name}").write_bytes(seed.content)
    with open_workspace(home) as workspace:
        return home, ingest(workspace)


@pytest.mark.parametrize("is_steady", [True, False])
def test_an_ingest_of_broken_files_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_steady: bool
) -> None:
    monkeypatch.setenv("SEEDBED_NOW", "2024-07-24T10:00:00+08:00")
    chosen = (
        one for number in range(10_000, 20_000) if (one := case(number)).is_steady or not is_steady
    )
    cases = [one for one, _ in zip(chosen, range(FILES), strict=False)]
    home, report = _ingested(tmp_path / "H", cases)

    assert report.structural_faults == []
    assert [file.file_name for file in report.files if not file.closes] == []
    assert {file.status for file in report.files} <= {"loaded", "held", "unpacked"}
    assert all(file.problem for file in report.files if file.status == "held")
    loaded = {file.source for file in report.files if file.status == "loaded"}
    assert loaded == {seed.source for seed in seeds()}
    scratch = [path for path in home.root.rglob(".*") if path.name[:6] in (".part-", ".gate-")]
    assert scratch == []
    if is_steady:
        assert _with_a_person(home) == []


def _with_a_person(home: Home) -> list[Path]:
    """Files outside of landing and inbox that hold a personal cell; Parquet is unpacked."""
    return [
        path
        for path in home.root.rglob("*")
        if path.is_file()
        and not any(path.is_relative_to(kept) for kept in (home.landing, home.inbox))
        and PERSONAL_MARK.encode() in _cells(path)
    ]


def _cells(path: Path) -> bytes:
    if path.suffix != ".parquet":
        return path.read_bytes()
    return repr(pq.read_table(path).to_pydict()).encode()


def test_a_case_is_the_same_in_every_process() -> None:
    numbers = [0, 1, 7, 60, 4186]
    script = (
        "from hashlib import sha256; from tests.fuzz.cases import case; "
        f"print([sha256(case(n).content).hexdigest() for n in {numbers}])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(told) == 1


@pytest.mark.parametrize(
    ("rows", "cell", "fault"),
    [(2, "订单", "1 rows of 2"), (1, f"{PERSONAL_MARK}一", "a person is in what was read")],
)
def test_the_judge_sees_a_lost_row_and_a_person(rows: int, cell: str, fault: str) -> None:
    seed = next(seed for seed in seeds() if (seed.source, seed.kind) == ("qianfan__orders", "csv"))
    place = seed.rows[seed.header].index("商品名称")
    row = [*seed.rows[seed.header + 1]]
    row[place] = cell
    content = seed.written([*seed.rows[: seed.header + 1], row])
    with a_judge() as judge, pytest.raises(Broken, match=fault):
        judge.judge(Case("told apart", seed.name, content, rows, is_steady=True))


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (
            'print(\'{"begins": "case 5", "number": 5}\', flush=True); import time; time.sleep(60)',
            "case 5: not done after 1 seconds",
        ),
        (
            'print(\'{"begins": "case 5", "number": 5}\', flush=True); import os; os.abort()',
            "case 5: the process ended with -6",
        ),
    ],
)
def test_a_hang_and_a_death_are_told_and_left_behind(
    monkeypatch: pytest.MonkeyPatch, script: str, fault: str
) -> None:
    monkeypatch.setattr(workers, "HANGS_SECONDS", 1)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    run = workers.Run()
    assert workers.watched(process, 0, float("inf"), run) == 6
    assert run.faults == [fault]
