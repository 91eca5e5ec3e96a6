"""SIGKILL between any two stages and inside the build; a plain re-run makes it good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from homes import WEEK, drop, environment, make_home, published, same_key, seedbed
from kill_at_steps import RESTATING, STEPS

pytestmark = pytest.mark.slow


def _kill(home: Path, *steps: str) -> subprocess.CompletedProcess[str]:
    driver = Path(__file__).with_name("kill_at_steps.py")
    return subprocess.run(
        [sys.executable, driver, home, WEEK[1], *steps],
        env=environment(SEEDBED_HOME=str(home), DBT_LOG_LEVEL_FILE="debug"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_killed_run_is_made_good_by_a_plain_one(
    tmp_path: Path,
    exports: list[Path],
    undisturbed: Path,
) -> None:
    home = make_home(tmp_path / "H", "m001", "m002")
    same_key(home, undisturbed)
    drop(home, "m001", exports)
    killed = _kill(home)
    assert killed.returncode == 0, killed.stderr
    assert killed.stdout.count("signal 9") == len(STEPS), killed.stdout
    done = seedbed("run", *WEEK, home=home)
    assert done.code == 3, done.out + done.err
    assert published(home) == published(undisturbed)


def test_a_build_killed_while_it_restates_is_made_good(
    tmp_path: Path, exports: list[Path], undisturbed: Path
) -> None:
    home = make_home(tmp_path / "H", "m001", "m002")
    same_key(home, undisturbed)
    drop(home, "m001", exports[:2])
    assert seedbed("run", *WEEK, home=home).code == 3
    drop(home, "m001", exports[2:])
    killed = _kill(home, RESTATING)
    assert "signal 9" in killed.stdout, killed.stdout + killed.stderr
    done = seedbed("run", *WEEK, home=home)
    assert done.code == 3, done.out + done.err
    assert published(home) == published(undisturbed)
