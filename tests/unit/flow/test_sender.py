"""A home sends from one place: a copy refuses until it is told to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.flow.digests.delivering import send_week
from orchestration.flow.digests.sender import adopt, refuse_a_copy
from orchestration.flow.doctor.examine import examine
from orchestration.flow.homes import make_home
from orchestration.flow.workspace import HomeError, open_workspace
from orchestration.home import Home
from orchestration.periods import parse_week
from orchestration.settings import now


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    make_home(home)
    with open_workspace(home) as workspace:
        refuse_a_copy(workspace)
    return home


def test_the_first_that_sends_goes_on_sending(home: Home) -> None:
    with open_workspace(home) as workspace:
        refuse_a_copy(workspace)


def test_a_renamed_home_is_the_same(home: Home, tmp_path: Path) -> None:
    home.root.rename(tmp_path / "renamed")
    with open_workspace(Home(tmp_path / "renamed")) as workspace:
        refuse_a_copy(workspace)


def test_a_copy_sends_nothing_until_it_is_adopted(home: Home, tmp_path: Path) -> None:
    copy = Home(tmp_path / "copy")
    shutil.copytree(home.root, copy.root, symlinks=True)
    with open_workspace(copy) as workspace:
        with pytest.raises(HomeError, match="seedbed home adopt"):
            send_week(workspace, parse_week("last", now()))
        adopt(workspace)
        # Now it is only that nothing is composed in this home.
        with pytest.raises(HomeError, match="Nothing is composed"):
            send_week(workspace, parse_week("last", now()))


def test_the_doctor_tells_a_copy_that_it_sends_nothing(home: Home, tmp_path: Path) -> None:
    copy = Home(tmp_path / "copy")
    shutil.copytree(home.root, copy.root, symlinks=True)
    told = "`seedbed home adopt`"
    assert any(told in one.sentence for one in examine(copy))
    assert not any(told in one.sentence for one in examine(home))
    with open_workspace(copy) as workspace:
        adopt(workspace)
    assert not any(told in one.sentence for one in examine(copy))
