"""One lock per home: a second command waits and says for whom; a dead one holds nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from homes import SEEDBED, copy_home, drop, environment, make_home, published, seedbed

from orchestration.home import Home
from orchestration.settings import child_environment

pytestmark = pytest.mark.slow

# Holds the lock as a `seedbed run` would, until it is told to let go.
_HOLD = """
import sys
from pathlib import Path
from orchestration.flow.workspace import home_lock
from orchestration.home import Home
home = Home(Path(sys.argv[1]))
sys.argv = ["seedbed", "run", "--week", "last"]
with home_lock(home):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "H", "m001")


def _start(*words: str | Path, **more: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        words, env=environment(**more), text=True, stdin=pipe, stdout=pipe, stderr=pipe
    )


@contextmanager
def _holder(home: Path) -> Iterator[subprocess.Popen[str]]:
    with _start(sys.executable, "-c", _HOLD, home) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def _begin(*words: str, home: Path) -> subprocess.Popen[str]:
    return _start(SEEDBED, *words, "--home", home)


def _wait_told(waiting: subprocess.Popen[str]) -> str:
    """The first line that a command says on standard error."""
    assert waiting.stderr is not None
    return waiting.stderr.readline()


@pytest.mark.parametrize("words", [("ingest",), ("doctor",), ("init",)], ids=lambda words: words[0])
def test_a_second_command_waits_says_for_whom_and_then_does_its_work(
    home: Path, words: tuple[str, ...]
) -> None:
    with _holder(home) as holder, _begin(*words, home=home) as second:
        assert _wait_told(second) == (
            f"{home} is in use by 'seedbed run --week last' (process {holder.pid}); "
            "waiting for it to finish.\n"
        )
        assert second.poll() is None
        holder.communicate("let go\n")
        _, err = second.communicate(timeout=60)
        assert (second.returncode, err) == (0, "")


def test_two_ingests_at_once_both_end_well_and_load_each_file_once(
    home: Path, exports: list[Path]
) -> None:
    drop(home, "m001", exports[:2])
    with (
        _holder(home) as holder,
        _begin("ingest", "--json", home=home) as one,
        _begin("ingest", "--json", home=home) as other,
    ):
        assert all("is in use by" in _wait_told(waiting) for waiting in (one, other))
        holder.communicate("let go\n")
        reports = [json.loads(each.communicate(timeout=120)[0]) for each in (one, other)]
        assert (one.returncode, other.returncode) == (0, 0)
    assert sorted(report["new_files"] for report in reports) == [0, 2]
    assert [file["status"] for file in reports[0]["files"]] == ["loaded", "loaded"]
    assert reports[0]["files"] == reports[1]["files"]


def test_a_killed_process_holds_nothing(home: Path) -> None:
    with _holder(home) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        done = seedbed("ingest", home=home)
    assert (done.code, done.err) == (0, "")


def test_a_shell_on_the_published_file_disturbs_no_run_and_keeps_what_it_has_opened(
    tmp_path: Path, undisturbed: Path
) -> None:
    """The shell is another process, as a person's is."""
    home = copy_home(undisturbed, tmp_path / "H")
    count = "select count(*) from marts.fct_orders"
    shell = (
        "import sys, duckdb\n"
        "shell = duckdb.connect(sys.argv[1], read_only=True)\n"
        "for _ in range(2):\n"
        f"    print(shell.execute('{count}').fetchone()[0], flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    current = home / "published" / "current.duckdb"
    with _start(sys.executable, "-c", shell, current) as reader:
        assert reader.stdout is not None
        before = reader.stdout.readline()
        report = json.loads(seedbed("ingest", "--json", home=home).out)
        sha = report["files"][0]["file_sha256"]
        assert seedbed("ingest", "--withdraw", sha, home=home).code == 0
        done = seedbed("run", "--week", "2024-09-09", home=home)
        assert (done.code, "lock" in done.err.lower()) == (3, False), done.err
        after, _ = reader.communicate("again\n\n")
    assert after == before
    with duckdb.connect(current.resolve(), read_only=True) as connection:
        assert connection.execute(count).fetchall() != [(int(before),)]


def _logged(instance: dg.DagsterInstance) -> str:
    """Whatever runs that no shell has started have said so far."""
    return "\n".join(
        entry.user_message
        for run in instance.get_runs()
        if "seedbed/started_in" not in run.tags
        for entry in instance.all_logs(run.run_id)
    )


def test_a_run_of_the_ui_and_one_of_the_shell_wait_for_each_other_and_both_end_well(
    tmp_path: Path, undisturbed: Path
) -> None:
    """The daemon of the UI gives a run a process of its own; its steps open the home one by one."""
    home = copy_home(undisturbed, tmp_path / "H")
    sha = json.loads(seedbed("ingest", "--json", home=home).out)["files"][0]["file_sha256"]
    assert seedbed("ingest", "--withdraw", sha, home=home).code == 0
    in_ui = (sys.executable, "-m", "dagster", "asset", "materialize", "--select", "published/marts")
    with (
        _holder(home) as holder,
        _start(*in_ui, "-m", "orchestration.definitions", **child_environment(Home(home))) as ui,
        _begin("run", "--week", "2024-09-09", home=home) as shell,
        dg.DagsterInstance.from_config(str(home / "dagster")) as instance,
    ):
        assert "is in use by" in _wait_told(shell)
        # The run of the UI says it in its log, where whoever started it looks.
        while "is in use by" not in _logged(instance):
            assert ui.poll() is None, ui.communicate()
            time.sleep(0.5)
        holder.communicate("let go\n")
        said = [each.communicate(timeout=300) for each in (ui, shell)]
        assert (ui.returncode, shell.returncode) == (0, 3), said
        assert "lock" not in (said[1][1] + _logged(instance)).lower()
        statuses = {run.status for run in instance.get_runs()}
    assert statuses == {dg.DagsterRunStatus.SUCCESS}
    assert published(home) != published(undisturbed)
    findings = json.loads(seedbed("doctor", "--json", home=home).out)
    assert [one["sentence"] for one in findings if one["level"] == "fault"] == []
