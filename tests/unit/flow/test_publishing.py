"""A build is named after what it was made from, and after nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flow_kit import register

from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.publishing import (
    BuildError,
    building_data,
    building_weeks,
    data_build_id,
    publish_data,
    publish_weeks,
)
from orchestration.flow.workspace import Workspace, open_workspace
from orchestration.home import Home
from orchestration.periods import Week

W36, W37 = Week(date(2024, 9, 2)), Week(date(2024, 9, 9))


@pytest.fixture
def workspace(home: Home) -> Iterator[Workspace]:
    with open_workspace(home) as opened:
        hand_over(opened)
        yield opened


def test_the_same_inputs_give_the_same_id_and_others_another(workspace: Workspace) -> None:
    first = data_build_id(workspace)
    hand_over(workspace)
    hand_over_weeks(workspace, [W37])
    assert data_build_id(workspace) == first
    register(workspace.home, "m001")
    hand_over(workspace)
    assert data_build_id(workspace) != first


def test_weeks_are_not_decided_on_marts_that_are_older_than_the_hand_overs(
    workspace: Workspace,
) -> None:
    with building_data(workspace, is_whole=True):
        pass
    with building_weeks(workspace):
        pass
    register(workspace.home, "m001")
    hand_over(workspace)
    with pytest.raises(BuildError, match="have changed since"), building_weeks(workspace):
        pass


def test_a_build_that_failed_is_not_published(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=True):
        pass
    with pytest.raises(RuntimeError), building_data(workspace, is_whole=True):
        raise RuntimeError
    with pytest.raises(BuildError, match="not built whole"):
        publish_data(workspace)


def test_a_part_of_the_models_makes_no_build_of_new_data(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=False):
        pass
    with pytest.raises(BuildError, match="not built whole"):
        publish_data(workspace)


def test_weeks_that_another_run_decided_are_not_published_as_ours(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=True):
        pass
    hand_over_weeks(workspace, [W36])
    with building_weeks(workspace):
        pass
    with pytest.raises(BuildError, match="decided 2024-W36, not 2024-W37"):
        publish_weeks(workspace, [W37])
