"""A step is tried again for what may pass by itself, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.home import Home
from orchestration.state.store import StateBusyError, StateError
from tests.made_homes import new_home


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (StateBusyError("locked"), dg.RetryRequested),
        (StateError("disk full"), StateError),
        (ValueError("ours"), ValueError),
    ],
)
def test_what_may_pass_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, raised: type[BaseException]
) -> None:
    monkeypatch.setenv("SEEDBED_HOME", str(tmp_path / "H"))
    new_home(Home(tmp_path / "H"))
    from orchestration.defs.resources import SeedbedHome

    with pytest.raises(raised), SeedbedHome().open():
        raise error
